"""Types of arrays that the image room passes around."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
"""Height, width, 3: red, green, blue, 0 to 255, unless said otherwise."""
Floats: TypeAlias = NDArray[np.float32]
