"""The public atlas as files that any web server serves."""
