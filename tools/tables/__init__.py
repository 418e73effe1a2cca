"""Generators of the tables in ``app/text/data``; run by hand, not at run time."""
