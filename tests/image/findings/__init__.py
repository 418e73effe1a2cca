"""Findings from readings that were made by hand."""
