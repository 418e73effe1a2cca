"""Every speed claim, measured beside its baseline in the same run.

`make bench` runs them all; docs/benchmarks.md explains and shows the results.
"""
