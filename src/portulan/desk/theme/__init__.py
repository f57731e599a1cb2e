"""The components and the frame: templates and static files, no logic (see README.md)."""
