"""Text in, findings out: fold, scan, borders, rules. Knows no HTTP and no SQL."""
