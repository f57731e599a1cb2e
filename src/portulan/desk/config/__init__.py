"""Settings, addresses, error pages and the WSGI door of the desk."""
