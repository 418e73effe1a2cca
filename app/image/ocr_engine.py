"""The reader of text: rapidocr with the models that its package carries.

Only finding and reading are asked of it. Cutting lines out, turning them and
putting them in order is done here, so that a line is cut from the full picture
however small the picture was made to find it, and is read at its own length.
"""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import numpy as np

from app.image.arrays import Floats, Pixels

Quad: TypeAlias = Floats
"""Four corners (x, y): top left, top right, bottom right, bottom left."""

LEAST_SIDE: Final = 48
"""Smaller pictures are padded: the finder cannot see them."""

HUGE: Final = 4
"""How many times smaller a picture is made to find letters as high as itself."""
HIGHEST: Final = 96
"""Lines are cut out at most this high, in pixels."""
FILLS: Final = 0.6
"""From this part of both sides a place takes up a picture."""

_TALL: Final = 1.5


class OcrMissingError(RuntimeError):
    """The package or its models are not here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a strip says, and how sure that is, 0 to 1."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A line cut out of a picture, level.

    `tall` if it is a column, `fills` if it takes up most of the picture.
    """

    pixels: Pixels
    tall: bool
    fills: bool = False


class Engine:
    """Finds and reads lines; not to be shared between threads."""

    def __init__(self, *, side: int, threads: int) -> None:
        """Load the models; nothing is downloaded.

        `side` is how long the longer side of a picture may be when lines are
        looked for, in pixels; longer ones are made smaller.

        Raises:
            OcrMissingError: the extra `ocr` is not installed as it should be.
        """
        models = _models()
        try:
            self._cv2: Any = import_module("cv2")
            rapidocr: Any = import_module("rapidocr")
        except ImportError as error:
            raise OcrMissingError(_HOW) from error
        self._cv2.setNumThreads(threads)
        settings = {
            # It would log warnings about pictures without text, and its paths.
            "Global.log_level": "critical",
            "Global.text_score": 0.0,
            "Global.use_preprocess_img": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(models["det"]),
            "Det.limit_type": "max",
            "Det.limit_side_len": side,
            # Places of real text have 0.73 and more, those in clouds 0.5 to 0.6.
            "Det.box_thresh": 0.6,
            "Cls.model_path": str(models["cls"]),
            "Rec.model_path": str(models["rec"]),
            # Lines of different lengths in one batch are padded to the longest.
            "Rec.rec_batch_num": 1,
            "Rec.rec_img_shape": [3, 48, 48],
        }
        self._side = side
        self._ocr: Any = rapidocr.RapidOCR(params=settings)
        self.model = _name(models)

    def find(self, picture: Pixels) -> list[Quad]:
        """The places where text seems to be; `picture` is blue, green, red."""
        padded, left, top = self._padded(picture)
        answer = self._ocr(padded, use_det=True, use_cls=False, use_rec=False)
        if answer.boxes is None:
            return []
        shift = np.array([left, top], np.float32)
        return [np.asarray(box, np.float32) - shift for box in answer.boxes]

    def find_huge(self, picture: Pixels) -> list[Quad]:
        """The places of letters that are too large for `find` to see as such."""
        height, width = picture.shape[:2]
        share = min(1.0, self._side / HUGE / max(height, width))
        size = max(1, round(share * width)), max(1, round(share * height))
        reduced = self._cv2.resize(picture, size, interpolation=self._cv2.INTER_AREA)
        back = np.array([width / size[0], height / size[1]], np.float32)
        return [quad * back for quad in self.find(reduced)]

    def cut(self, picture: Pixels, quad: Quad) -> Strip:
        """The line in a place, level; a column lies on its left side."""
        width = _length(quad[0], quad[1], quad[3], quad[2])
        height = _length(quad[0], quad[3], quad[1], quad[2])
        fills = height > FILLS * picture.shape[0] and width > FILLS * picture.shape[1]
        tall = height >= _TALL * width
        # Lines are read at 48 pixels; huge ones need not be cut out in full.
        share = min(1.0, HIGHEST / (width if tall else height))
        width, height = max(1, round(share * width)), max(1, round(share * height))
        corners = np.array(
            [[0, 0], [width, 0], [width, height], [0, height]], np.float32
        )
        cut = self._cv2.warpPerspective(
            picture,
            self._cv2.getPerspectiveTransform(quad, corners),
            (width, height),
            borderMode=self._cv2.BORDER_REPLICATE,
            flags=self._cv2.INTER_CUBIC,
        )
        return Strip(cast(Pixels, np.rot90(cut) if tall else cut), tall, fills)

    def read(self, pixels: Pixels) -> Text:
        """What a level line says."""
        line = np.ascontiguousarray(pixels)
        answer = self._ocr(line, use_det=False, use_cls=False, use_rec=True)
        if not answer.txts:
            return Text("", 0.0)
        return Text(str(answer.txts[0]), float(answer.scores[0]))

    def _padded(self, picture: Pixels) -> tuple[Pixels, int, int]:
        height, width = picture.shape[:2]
        across, down = max(0, LEAST_SIDE - width), max(0, LEAST_SIDE - height)
        if not across and not down:
            return picture, 0, 0
        left, top = across // 2, down // 2
        padded = self._cv2.copyMakeBorder(
            picture,
            top,
            down - top,
            left,
            across - left,
            self._cv2.BORDER_REPLICATE,
        )
        return cast(Pixels, padded), left, top


_HOW: Final = "reading text needs the extra 'ocr': pip install 'seccheck[ocr]'"


def _models() -> dict[str, Path]:
    """The models that the package carries: to find, to turn and to read lines."""
    package = find_spec("rapidocr")
    if package is None or package.origin is None:
        raise OcrMissingError(_HOW)
    folder = Path(package.origin).parent / "models"
    found = {}
    for part in ("det", "cls", "rec"):
        files = sorted(folder.glob(f"*_{part}_*.onnx"))
        if len(files) != 1:
            raise OcrMissingError(
                f"the package rapidocr carries {len(files)} models to {part} text, not"
                " one; use the version that constraints.txt names"
            )
        found[part] = files[0]
    return found


def _name(models: dict[str, Path]) -> str:
    return f"{models['det'].stem}+{models['rec'].stem}"


def _length(*corners: Floats) -> int:
    """The longer of two sides, in whole pixels, at least one."""
    first, second = corners[:2], corners[2:]
    sides = [float(np.hypot(*(start - end))) for start, end in (first, second)]
    return max(1, round(max(sides)))
