"""What readings of a picture mean: findings, and one verdict."""
