"""UN Comtrade, API version 1: goods and services as reporters declare them."""
