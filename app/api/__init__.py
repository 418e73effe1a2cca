"""The HTTP edge: parse, admit, ask the rooms, render."""
