"""Figures from judgements, each with how sure it is."""
