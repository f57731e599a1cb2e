"""Balanced Trade in Services (OECD and WTO): the complete matrix of services."""
