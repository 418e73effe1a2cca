"""Lists of known pictures over time, and their way to the classifier."""
