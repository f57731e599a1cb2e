"""The atlas: open data in, an immutable release out, answers from it. Knows nothing of Django."""
