"""The room of the atlas: its pages, and the only place of the desk that speaks to `portulan.atlas.api`."""
