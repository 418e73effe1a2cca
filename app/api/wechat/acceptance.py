"""The two strings by which WeChat lets developers test version 1.

They must answer 87014 in version 1 and pass in version 2, so they are no words
of any list. What counts are their Chinese characters in order: the letters and
digits between them are noise, whatever they are.
"""

_TERMS = ("特书莞李蒜法级", "完全试测感知到")
_NOISE = {code: None for code in range(128) if chr(code).isalnum()}


def is_acceptance_string(text: str) -> bool:
    """Tell whether a version 1 text holds one of the acceptance strings."""
    if not any(term[0] in text and term[-1] in text for term in _TERMS):
        return False
    bare = text.translate(_NOISE)
    return any(term in bare for term in _TERMS)
