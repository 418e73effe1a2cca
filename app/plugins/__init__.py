"""The door for classifiers; the first ones come with the image checks."""
