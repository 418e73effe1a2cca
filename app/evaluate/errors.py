"""What ends a measurement before it begins."""


class EvaluateError(Exception):
    """Files, columns or labels that cannot be measured; one sentence for the user.

    Never holds a text of a file.
    """
