"""The real sherpa-onnx with a model that hears pitches."""

from pathlib import Path

import numpy as np
import pytest

from app.media.sherpa import Sherpa
from tests.media import made, tiny_model
from tests.media.rooms import samples_of

pytest.importorskip("sherpa_onnx")


async def said(folder: Path, wave: made.Wave) -> list[tuple[str, int]]:
    """What is said, each with its tenth of a second."""
    tiny_model.write(folder)
    async with Sherpa(folder) as recogniser:
        assert recogniser.missing is None
        assert recogniser.confined
        assert recogniser.model == "tiny-ctc-1"
        spoken = await recogniser.recognise(samples_of(wave).tobytes(), 16000)
    return [(each.text, round(each.start * 10)) for each in spoken]


async def test_words_have_the_times_at_which_they_are_said(tmp_path: Path) -> None:
    low, high = (made.tone(1.0, pitch=pitch) for pitch in tiny_model.PITCHES[:2])
    wave = np.concatenate([low, made.silence(1.5), high])
    assert await said(tmp_path, wave) == [("你", 0), ("好", 25)]


async def test_silence_says_nothing(tmp_path: Path) -> None:
    assert await said(tmp_path, made.silence(2.0)) == []


async def test_files_that_are_no_model_are_told(tmp_path: Path) -> None:
    tiny_model.write(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"no model")
    async with Sherpa(tmp_path) as recogniser:
        assert recogniser.missing is not None
