"""The recogniser's own process, with a stand-in for sherpa-onnx and its model."""

from pathlib import Path

import pytest

from app.image.limits import MEBIBYTE, WorkerLimits
from app.media.sherpa import Sherpa
from app.media.sherpa_child import NO_ASR
from app.media.sherpa_manifest import MANIFEST, read_speech_model
from app.media.speech import SpeechError, Spoken
from app.plugins.manifest import ManifestError
from app.remote import Breaker
from tests.image.rooms import environment, exists
from tests.media import made
from tests.media.rooms import PATIENT, samples_of

FAKE = Path(__file__).parent / "fake"
PCM = samples_of(made.tone(2.0)).tobytes()
LIMITS = WorkerLimits(memory=600 * MEBIBYTE, seconds=PATIENT)
TOML = """
kind = "sense_voice"
model = "tiny-1"
longest = 12
[files]
model = "model.onnx"
tokens = "tokens.txt"
[options]
language = "！"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / MANIFEST).write_text(TOML, encoding="utf-8")
    (tmp_path / "tokens.txt").touch()
    says(tmp_path, "大家好")
    return tmp_path


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FAKE))


def says(folder: Path, text: str) -> None:
    (folder / "model.onnx").write_text(text, encoding="utf-8")


def does(folder: Path, what: str) -> None:
    manifest = TOML.replace('language = "！"', "")
    (folder / MANIFEST).write_text(manifest, encoding="utf-8")
    says(folder, what)


async def error(recogniser: Sherpa) -> str:
    with pytest.raises(SpeechError) as caught:
        await recogniser.recognise(PCM, 16000)
    return str(caught.value)


async def test_speech_becomes_text_in_a_confined_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECCHECK_SECRET", "secret")
    async with Sherpa(folder, limits=LIMITS) as recogniser:
        assert recogniser.missing is None
        assert (recogniser.model, recogniser.longest) == ("tiny-1", 12)
        assert recogniser.confined
        assert recogniser._child is not None
        pid = recogniser._child.pid
        assert "SECCHECK_SECRET" not in environment(pid)
        for _ in range(2):
            spoken = await recogniser.recognise(PCM, 16000)
            assert [each.text for each in spoken] == ["大家好！"]
            assert spoken[0] == Spoken("大家好！", 0.0, 2.0)
    assert not exists(pid)


async def test_it_starts_with_the_first_sound_too(folder: Path) -> None:
    recogniser = Sherpa(folder, limits=LIMITS)
    assert await recogniser.recognise(PCM, 16000)
    await recogniser.close()


async def test_what_the_library_raises_is_told_by_its_kind_alone(folder: Path) -> None:
    does(folder, "raise")
    async with Sherpa(folder, limits=LIMITS) as recogniser:
        assert await error(recogniser) == "it failed with RuntimeError"


async def test_a_process_that_ends_is_replaced(folder: Path) -> None:
    does(folder, "die")
    async with Sherpa(folder, limits=LIMITS) as recogniser:
        assert await error(recogniser) == "the recogniser broke"
        says(folder, "好")
        assert [each.text for each in await recogniser.recognise(PCM, 16000)] == ["好"]


async def test_a_process_that_hangs_is_ended(folder: Path) -> None:
    does(folder, "hang")
    slow = WorkerLimits(memory=600 * MEBIBYTE, seconds=0.3)
    async with Sherpa(folder, limits=slow) as recogniser:
        assert recogniser._child is not None
        pid = recogniser._child.pid
        assert await error(recogniser) == "the recogniser took longer than allowed"
        assert not exists(pid)


async def test_it_cannot_write_files(folder: Path) -> None:
    does(folder, "write")
    async with Sherpa(folder, limits=LIMITS) as recogniser:
        assert await error(recogniser) == "it failed with PermissionError"


async def test_who_keeps_failing_is_left_alone(folder: Path) -> None:
    does(folder, "raise")
    breaker = Breaker(failures=1, seconds=3600)
    async with Sherpa(folder, limits=LIMITS, breaker=breaker) as recogniser:
        await error(recogniser)
        assert "tried again soon" in await error(recogniser)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ('kind = "sense_voice"', 'kind = "nothing"'),
            "knows no model of",
        ),
        (('kind = "sense_voice"', 'kind = "../x"'), "kind"),
        (('"model.onnx"', '"../model.onnx"'), "files.model"),
        (('"model.onnx"', '"missing.onnx"'), "missing.onnx, which is not there"),
        (("longest = 12", "longest = 1"), "longest"),
        (("longest = 12", "shortest = 12"), "shortest"),
        (("language =", "lang ="), "TypeError"),
        (("[files]", "[files"), "is no TOML"),
    ],
)
async def test_a_manifest_that_makes_no_sense_is_told(
    folder: Path, change: tuple[str, str], said: str
) -> None:
    (folder / MANIFEST).write_text(TOML.replace(*change), encoding="utf-8")
    async with Sherpa(folder, limits=LIMITS) as recogniser:
        assert recogniser.missing is not None
        assert said in recogniser.missing


async def test_a_model_that_cannot_be_loaded_is_told(folder: Path) -> None:
    does(folder, "broken")
    async with Sherpa(folder, limits=LIMITS) as recogniser:
        assert recogniser.missing == "its model cannot be loaded: RuntimeError"
        assert await error(recogniser) == recogniser.missing


def test_a_folder_without_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=MANIFEST):
        read_speech_model(tmp_path)


async def test_without_the_library_what_is_needed_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sherpa_onnx.py").write_text("raise ImportError", encoding="ascii")
    monkeypatch.syspath_prepend(str(tmp_path))
    async with Sherpa(folder, limits=LIMITS) as recogniser:
        assert recogniser.missing == NO_ASR
