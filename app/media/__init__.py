"""The media room: sound and video in, findings with times and one verdict out."""
