"""Pages of reference: method, sources, release, accessibility and legal notice; and the list of pages for robots."""
