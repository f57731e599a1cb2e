"""RCA by other libraries, each script run by the Python of its own throw-away environment."""
