"""Checks under fire: processes are killed while jobs flow, then the books are read."""
