"""GeoDist (CEPII): distances, contiguity, languages and colonial ties of pairs of countries."""
