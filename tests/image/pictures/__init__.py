"""Pictures for tests and for the quality report, made from a seed."""
