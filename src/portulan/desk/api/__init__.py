"""The machine doors of the desk: the HTTP API, the DCAT catalogue and the tables of the release."""
