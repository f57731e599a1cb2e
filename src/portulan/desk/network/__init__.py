"""The room of the network: posts, who answers in each, for what, and where nobody does."""
