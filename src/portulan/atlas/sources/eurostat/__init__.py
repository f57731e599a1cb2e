"""Trade in cultural goods (Eurostat, cult_trd_prd), as context: its partners are groups, not countries."""
