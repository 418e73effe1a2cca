"""What tells words apart over versions."""

from hashlib import blake2b


def term_key(list_name: str, term: str) -> bytes:
    """16 bytes for a word of a list: the same in all versions, scenes and levels."""
    return blake2b(f"{list_name}\0{term}".encode(), digest_size=16).digest()
