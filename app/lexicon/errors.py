"""What can go wrong with wordlists."""


class LexiconError(Exception):
    """A wordlist cannot be used or changed; the text is for the operator."""
