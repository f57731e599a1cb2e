"""UK trade in services by type and country (Office for National Statistics)."""
