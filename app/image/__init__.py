"""From the bytes of a picture to what is in it; decoding is hostile ground."""
