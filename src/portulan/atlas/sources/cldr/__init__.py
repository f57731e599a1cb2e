"""CLDR: names of countries, their codes and their languages, read through Babel."""
