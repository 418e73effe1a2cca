"""Types of arrays that the media room passes around."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.int16]
"""One channel of sound."""
Words: TypeAlias = NDArray[np.uint32]
"""A fingerprint: 32 bits for each moment."""
Floats: TypeAlias = NDArray[np.float32]
Small: TypeAlias = NDArray[np.int16]
"""A small picture, in colour, that differences can be made of."""
