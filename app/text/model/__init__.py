"""The content model: a score for each harm, from the n-grams of a folded text."""
