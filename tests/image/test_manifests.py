"""One folder of manifests: what each kind becomes, and that one never stops others."""

import asyncio
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.domain.labels import Label
from app.image.admission import QueueLimits
from app.image.look import Images
from app.image.manifests import (
    GRACE,
    NSFW,
    ONNX,
    Manifests,
    Remotes,
    make_remotes,
    read_manifests,
)
from app.outbound import Caps, GuardedClient, Rules
from app.plugins.door import ENTRY_POINT_GROUP
from app.remote.model import LEFT_ALONE
from tests.image.files import png
from tests.image.onnx_tiny import mean_colour, write
from tests.image.rooms import LIMITS, PATIENT, choice, setup
from tests.outbound.faulty import answer, serving
from tests.remote.servers import kserve, moderation

ROOT = Path(__file__).resolve().parents[2]
LABEL = '[[labels]]\nlabel = "porn"\nclasses = ["red"]\nreview = 0.5\n'
KSERVE = """
kind = "kserve"
url = "http://127.0.0.1:{port}"
private = true
model = "colours"
classes = ["red", "green", "blue"]
seconds = 7
"""
OPENAI = """
kind = "openai"
url = "http://127.0.0.1:{port}"
private = true
model = "colours"
key_env = "COLOURS_KEY"
"""
PACKAGE = """
kind = "package"
offer = "calm"
seconds = 3
[settings]
seconds = "0"
"""
QUEUE = QueueLimits(seconds=PATIENT)


def put(folder: Path, name: str, content: str, **values: object) -> None:
    written = content.format(**values) if values else content
    (folder / f"{name}.toml").write_text(written, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Manifests of all kinds, and some that cannot be used."""
    write(tmp_path, b"", rest=LABEL)
    put(tmp_path, "far", KSERVE + LABEL, port=1)
    put(tmp_path, "mod", OPENAI + LABEL, port=1)
    put(tmp_path, "quiet", PACKAGE)
    put(tmp_path, "bad", "kind = \n")
    put(tmp_path, "odd", 'kind = "grpc"\n')
    put(tmp_path, "listed", "kind = [1]\n")
    put(tmp_path, "Big Name", PACKAGE)
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "notes.txt").write_text("not read")
    return tmp_path


def test_every_kind_becomes_what_it_is(folder: Path) -> None:
    read = read_manifests(folder)
    assert set(read.choices) == {"tiny", "quiet"}
    assert set(read.remotes) == {"far", "mod"}
    assert {name: [m.label for m in read.labels[name]] for name in read.labels} == {
        "tiny": [Label.PORN],
        "far": [Label.PORN],
        "mod": [Label.PORN],
        "quiet": [],
    }


def test_a_local_one_is_a_choice(folder: Path) -> None:
    read = read_manifests(folder)
    tiny, quiet = read.choices["tiny"], read.choices["quiet"]
    assert (tiny.name, tiny.offer, tiny.seconds) == ("tiny", "onnx", 10)
    assert tiny.settings == {"manifest": str(folder / "tiny.toml")}
    assert (quiet.name, quiet.offer, quiet.seconds) == ("quiet", "calm", 3)
    assert quiet.settings == {"seconds": "0"}


def test_the_offers_of_onnx_models_are_ours() -> None:
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    offers = ours["project"]["entry-points"][ENTRY_POINT_GROUP]
    assert {NSFW, ONNX} <= offers.keys()


def test_nsfw_has_an_offer_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, b"").rename(tmp_path / "nsfw.toml")
    assert read_manifests(tmp_path).choices["nsfw"].offer == "nsfw"


def test_the_kind_may_be_said(tmp_path: Path) -> None:
    path = write(tmp_path, b"")
    path.write_text('kind = "onnx"\nseconds = 2.5\n' + path.read_text())
    assert read_manifests(tmp_path).choices["tiny"].seconds == 2.5


def test_faults_are_told_and_stop_nobody(folder: Path) -> None:
    faults = read_manifests(folder).faults
    assert set(faults) == {"bad", "odd", "listed", "Big Name", "folder"}
    assert faults["bad"].startswith("bad.toml is no TOML: ")
    assert faults["odd"] == faults["listed"].replace("listed", "odd")
    assert faults["odd"] == (
        "odd.toml: kind must be one of onnx, kserve, openai, package"
    )
    assert "name is of a-z" in faults["Big Name"]
    assert faults["folder"].startswith("folder.toml: ")
    assert not any("\n" in fault for fault in faults.values())


def test_settings_of_packages_are_texts(tmp_path: Path) -> None:
    put(tmp_path, "quiet", PACKAGE.replace('"0"', "0"))
    assert "settings.seconds" in read_manifests(tmp_path).faults["quiet"]


def test_no_folder_is_no_fault(tmp_path: Path) -> None:
    assert read_manifests(tmp_path / "none") == Manifests()


def test_relative_folders_are_understood_by_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, b"")
    monkeypatch.chdir(tmp_path)
    found = read_manifests(Path()).choices["tiny"].settings["manifest"]
    assert Path(found).is_absolute()
    assert Path(found).is_file()


def test_the_service_reads_them_without_the_libraries_of_models(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "sys.modules['onnxruntime'] = sys.modules['onnx'] = None;"
        "from app.image.manifests import read_manifests;"
        f"found = read_manifests(Path({str(folder)!r}));"
        "sys.exit('tiny' not in found.choices or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def client(rules: Rules, caps: Caps) -> GuardedClient:
    return GuardedClient(rules=rules, caps=caps)


@asynccontextmanager
async def remotes(
    folder: Path, environ: Mapping[str, str] | None = None
) -> AsyncIterator[Remotes]:
    made = make_remotes(read_manifests(folder).remotes, client, environ or {})
    try:
        yield made
    finally:
        await made.aclose()


async def test_a_remote_one_without_its_key_is_a_fault(folder: Path) -> None:
    async with remotes(folder) as made:
        assert set(made.models) == {"far"}
        told = {"mod": "the environment variable COLOURS_KEY holds no key"}
        assert made.faults == told
        (remote,) = made.remotes
    assert remote.classifier.name == "far"
    assert remote.seconds == 7 + GRACE
    async with remotes(folder, {"COLOURS_KEY": "sk-1"}) as made:
        assert [each.classifier.name for each in made.remotes] == ["far", "mod"]
        assert made.faults == {}
        assert "sk-1" not in repr(made)


async def test_clients_have_the_rules_of_their_manifest(tmp_path: Path) -> None:
    put(tmp_path, "near", KSERVE + LABEL, port=8080)
    public = KSERVE.replace("127.0.0.1:{port}", "models.example")
    put(tmp_path, "open", public.replace("private = true", ""))
    seen: list[Rules] = []

    def noted(rules: Rules, caps: Caps) -> GuardedClient:
        seen.append(rules)
        return client(rules, caps)

    made = make_remotes(read_manifests(tmp_path).remotes, noted)
    await made.aclose()
    assert seen == [Rules(ports=None, allow_private=True), Rules(ports=None)]


async def test_a_picture_goes_to_all_kinds(tmp_path: Path) -> None:
    """Through the whole room: a worker for local ones, endpoints for the others."""
    pytest.importorskip("onnxruntime", reason="needs the extra 'onnx'")
    write(tmp_path, mean_colour())
    put(tmp_path, "quiet", PACKAGE)
    async with serving(kserve()) as far, serving(moderation()) as mod:
        put(tmp_path, "far", KSERVE, port=far.port)
        put(tmp_path, "mod", OPENAI + LABEL, port=mod.port)
        read = read_manifests(tmp_path)
        assert read.faults == {}
        async with remotes(tmp_path, {"COLOURS_KEY": "sk-1"}) as made:
            choices = [*read.choices.values()]
            room = Images(
                setup(*choices, worker=LIMITS), queue=QUEUE, remotes=made.remotes
            )
            async with room:
                look = await room.look(png())
        assert mod.seen[0].header("authorization") == "Bearer sk-1"
    assert look.failures == {}
    scores = {each.classifier: each.scores for each in look.readings}
    assert list(scores) == ["quiet", "tiny", "far", "mod"]
    for name in ("tiny", "far", "mod"):
        assert scores[name]["red"] == pytest.approx(scores["quiet"]["red"], abs=0.02)


async def test_an_endpoint_that_fails_leaves_the_others_alone(tmp_path: Path) -> None:
    async with serving(answer(b"", "500 Oops")) as server:
        put(tmp_path, "far", KSERVE, port=server.port)
        async with remotes(tmp_path) as made:
            room = Images(setup(choice("calm")), queue=QUEUE, remotes=made.remotes)
            async with room:
                looks = await asyncio.gather(*(room.look(png()) for _ in range(8)))
                looks.append(await room.look(png()))
    assert all(look.readings[0].error is None for look in looks)
    assert looks[0].failures == {"far": "it answered with status 500"}
    assert looks[-1].failures == {"far": LEFT_ALONE}
