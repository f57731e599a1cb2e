"""The rules of the house, as tests. Each rule is a function that is first shown to fail on a small bad example."""
