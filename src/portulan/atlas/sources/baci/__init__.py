"""CEPII BACI: reconciled bilateral trade in goods, by HS6 product and year."""
