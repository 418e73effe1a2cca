"""Wordlists over time: reading, judging, versions, and their way into service."""
