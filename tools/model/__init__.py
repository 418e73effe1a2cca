"""Builds the shipped content model from public data sets and our own texts."""
