"""World Economic Outlook (International Monetary Fund): growth and projections."""
