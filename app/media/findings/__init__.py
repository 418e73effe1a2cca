"""What was heard and seen means: findings with times."""
