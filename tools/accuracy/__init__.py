"""Write docs/accuracy.md and its plots from labelled data that stays where it is.

`python -m tools.accuracy DATA` measures the packs of this repository on the files in
the folder DATA (see `sets.SETS`; those that are missing are left out and named). Only
figures are written, never a text; the one exception is `evasion_probes.csv`, which was
written to be quoted.
"""
