"""World Development Indicators (World Bank): context of markets."""
