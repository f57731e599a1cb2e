"""What is said of the sector in figures, each with its papers, and the one claim that open data can recompute."""
