"""The one thing that is read from a picture's metadata: which way is up."""

from typing import Final, Literal

_TAG: Final = 0x0112
_SHORT: Final = 3
_ENTRY: Final = 12
_ORDERS: Final[dict[bytes, Literal["little", "big"]]] = {
    b"II*\0": "little",
    b"MM\0*": "big",
}


def orientation(exif: bytes) -> int:
    """The EXIF orientation, 1 to 8; 1 for none or nonsense, as viewers take it."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = _ORDERS.get(tiff[:4])
    if order is None:
        return 1
    start = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[start : start + 2], order)
    for at in range(start + 2, start + 2 + count * _ENTRY, _ENTRY):
        entry = tiff[at : at + _ENTRY]
        if len(entry) < _ENTRY:
            break
        if int.from_bytes(entry[:2], order) == _TAG:
            short = int.from_bytes(entry[2:4], order) == _SHORT
            value = int.from_bytes(entry[8:10], order)
            return value if short and 1 <= value <= 8 else 1
    return 1
