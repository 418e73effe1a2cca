"""The vocabulary of the product: pure values, no I/O, no framework."""
