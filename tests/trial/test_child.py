import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.domain.scenes import Scene
from app.lexicon.candidate import Candidate
from app.lexicon.errors import LexiconError
from app.text.snapshot import Snapshot
from app.trial.child import load, run
from tests.trial.helpers import FakeLexicon, word

LIVE, DRAFT = Candidate("version", 1), Candidate("draft", 3, 7)


@pytest.fixture
async def job(tmp_path: Path) -> dict[str, Any]:
    lexicon = FakeLexicon(tmp_path)
    lexicon.contents["version:1"] = [word("代开发票")]
    lexicon.contents["draft:3@7"] = [word("代开发票", 50), word("刷单兼职")]
    return {
        "base": str(await lexicon.build(LIVE)),
        "base_name": LIVE.text(),
        "candidate": str(await lexicon.build(DRAFT)),
        "candidate_name": DRAFT.text(),
        "file": None,
        "format": "auto",
        "scene": Scene.COMMENT.value,
    }


def talk(job: dict[str, Any], *rows: list[Any]) -> tuple[int, list[dict[str, Any]]]:
    given = "".join(json.dumps(line) + "\n" for line in (job, *rows))
    out = io.BytesIO()
    code = run(io.BytesIO(given.encode()), out, load)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_texts_from_the_pipe(job: dict[str, Any]) -> None:
    code, messages = talk(
        job,
        ["这里代开发票", "comment", None, 11],
        ["诚招刷单兼职", "chat", "wx1", 12],
        ["今天天气很好", "chat", None, None],
        ["刷单兼职日结", "chat", None, None],
    )
    assert code == 0
    assert messages[0] == {"progress": [0, 0, None]}
    terms = [message["term"] for message in messages if "term" in message]
    assert [(t["term"], t["kind"], t["before"], t["after"]) for t in terms] == [
        ("刷单兼职", "caused", "pass", "risky"),
        ("代开发票", "changed", "risky", "review"),
    ]
    assert terms[0]["count"] == 2
    assert (terms[0]["samples"], terms[0]["examples"]) == ([12], ["刷单兼职日结"])
    summary = messages[-1]["summary"]
    assert (summary["texts"], summary["terms"]) == (4, 2)


def test_texts_from_a_file(job: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_bytes("诚招刷单兼职\n\n好\n".encode() + b"\xff\n")
    code, messages = talk(job | {"file": os.open(path, os.O_RDONLY)})
    summary = messages[-1]["summary"]
    assert (code, summary["texts"], summary["refused"]) == (0, 2, 1)
    assert summary["refused_lines"] == [{"line": 4, "message": "not UTF-8"}]
    assert messages[0] == {"progress": [0, 0, 0.0]}


def test_progress_grows_and_is_not_told_too_often(
    job: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "texts.txt"
    path.write_text("今天天气很好\n" * 1000, encoding="utf-8")
    file = os.open(path, os.O_RDONLY)
    ticks = iter(range(10_000))
    given = io.BytesIO(json.dumps(job | {"file": file}).encode() + b"\n")
    out = io.BytesIO()
    assert run(given, out, load, lambda: next(ticks) / 5) == 0
    told = [
        json.loads(line)["progress"]
        for line in out.getvalue().splitlines()
        if b"progress" in line
    ]
    shares = [share for _, _, share in told]
    assert 3 < len(told) < 10
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 1


def test_errors_are_told_without_texts(job: dict[str, Any], tmp_path: Path) -> None:
    closed = os.open(tmp_path, os.O_RDONLY)
    os.close(closed)
    code, messages = talk(job | {"file": closed})
    assert (code, messages[-1]) == (1, {"error": "the backtest failed (OSError)"})
    code, messages = talk(job, ["a secret text", "no such scene", None, None])
    assert (code, messages[-1]) == (1, {"error": "the backtest failed (ValueError)"})
    broken = Path(job["candidate"])
    broken.write_bytes(broken.read_bytes()[:-3])
    code, messages = talk(job)
    assert (code, messages[-1]) == (1, {"error": "the backtest failed (DamagedError)"})


def test_our_own_errors_are_shown(job: dict[str, Any]) -> None:
    def refuse(path: Path, *, version: str) -> Snapshot:
        raise LexiconError("there is no such content")

    out = io.BytesIO()
    assert run(io.BytesIO(json.dumps(job).encode() + b"\n"), out, refuse) == 1
    assert json.loads(out.getvalue()) == {"error": "there is no such content"}


class _Closed(io.RawIOBase):
    def write(self, _data: Any) -> int:
        raise BrokenPipeError


def test_it_ends_when_nobody_listens(job: dict[str, Any]) -> None:
    given = io.BytesIO(json.dumps(job).encode() + b"\n")
    assert run(given, _Closed(), load) == 1  # type: ignore[arg-type]  # enough of one
