"""Which frames of an animated picture are looked at."""

from app.image.limits import PictureLimits
from app.image.outline import Outline


def choose(outline: Outline, limits: PictureLimits) -> tuple[list[int], bool]:
    """Numbers of frames in order, and whether frames at the end are left out.

    The first and the last, the one that is shown longest (a picture that flickers
    around one long moment shows that moment) and some evenly between. Frames
    build on one another: a late one costs the decoding of all before it.
    """
    count = len(outline.delays)
    canvas = max(1, outline.width * outline.height)
    reach = max(1, min(count, limits.decoded_pixels // canvas))
    return _spread(outline.delays[:reach], limits.frames), reach < count


def _spread(delays: tuple[float, ...], most: int) -> list[int]:
    last = len(delays) - 1
    if last < most:
        return list(range(last + 1))
    if most == 1:
        return [0]
    numbers = [round(last * step / (most - 1)) for step in range(most)]
    longest = max(range(last + 1), key=delays.__getitem__)
    if most > 2 and longest not in numbers:
        nearest = min(numbers[1:-1], key=lambda number: abs(number - longest))
        numbers[numbers.index(nearest)] = longest
    return numbers
