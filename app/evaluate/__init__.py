"""How good the checkers are: measured on labelled texts, plain and disguised."""
