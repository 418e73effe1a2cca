"""What the first start prepares and prints."""

import asyncio
import logging
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from app.bootstrap import SAMPLE, Credentials, prepare, welcome
from app.cli_words import from_packs
from app.domain.finding import Suggest
from app.domain.policy import DEFAULT_POLICY
from app.domain.verdict import decide
from app.lexicon.drafts import Drafts
from app.outbound import SecretError
from app.service_key import KEY_FILE
from app.settings import Settings
from app.store import Database
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from app.trial import TrialError
from tests.cli_helpers import ROOT, environment

MADE = Credentials("wx1", "s3cret", "sk_x")


@pytest.fixture(autouse=True)
def _no_early_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling goes on after `prepare`; no test here waits for it."""
    monkeypatch.setattr("app.bootstrap.begin", lambda *_: None)


def test_prepare_makes_credentials_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", wordlists_dir=tmp_path)
    first = prepare(settings)
    assert first is not None
    assert first.appid.startswith("wx")
    assert first.admin_key.startswith("sk_")
    assert prepare(settings) is None
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_what_would_stop_the_workers_stops_the_start(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        alert_url="https://alerts.example.com/hook",
        alert_secrets=("whsec_c2hvcnQ=",),
    )
    with pytest.raises(SecretError):
        prepare(settings)
    (tmp_path / KEY_FILE).write_text("no key")
    with pytest.raises(TrialError, match=KEY_FILE):
        prepare(Settings(data_dir=tmp_path))


def _packs(folder: Path, *terms: str) -> None:
    folder.mkdir(exist_ok=True)
    rows = "".join(f"{term},fraud\n" for term in terms)
    (folder / "pack.csv").write_text(f"term,label\n{rows}", encoding="utf-8")


def _drafts(url: str) -> list[tuple[str, str, int]]:
    async def read() -> list[tuple[str, str, int]]:
        db = Database.open(url)
        try:
            found = await Drafts(db).list()
        finally:
            await db.close()
        return [(one.origin, one.state, one.changes) for one in found]

    return asyncio.run(read())


def test_later_packs_wait_as_a_draft_and_are_told_of_once(
    empty_database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words = tmp_path / "words"
    _packs(words, "旧骗术")
    settings = Settings(
        data_dir=tmp_path / "data",
        wordlists_dir=words,
        database_url=empty_database_url,
    )
    with caplog.at_level(logging.INFO, "app"):
        prepare(settings)
        prepare(settings)
        assert (_drafts(empty_database_url), caplog.messages) == ([], [])
        _packs(words, "旧骗术", "新骗术", "更新骗术")
        prepare(settings)
        prepare(settings)
    [line] = caplog.messages
    assert "draft 1 proposes 2 changes" in line
    assert _drafts(empty_database_url) == [("pack", "open", 2)]


def test_packs_that_are_gone_do_not_stop_a_later_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words = tmp_path / "words"
    _packs(words, "旧骗术")
    settings = Settings(data_dir=tmp_path / "data", wordlists_dir=words)
    prepare(settings)
    words.rename(tmp_path / "elsewhere")
    assert prepare(settings) is None
    assert "none are proposed" in caplog.text


def test_many_processes_may_start_at_once(
    empty_database_url: str, tmp_path: Path
) -> None:
    words = tmp_path / "words"
    _packs(words, "旧骗术")
    env = environment(
        tmp_path / "data",
        SECCHECK_DATABASE_URL=empty_database_url,
        SECCHECK_WORDLISTS_DIR=str(words),
    )
    code = (
        "from app.bootstrap import prepare; from app.settings import Settings;"
        "print(prepare(Settings()) is not None)"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env=env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60)[0].strip() for process in started]
    assert [process.returncode for process in started] == [0] * 3
    assert sorted(said) == ["False", "False", "True"]
    assert _drafts(empty_database_url) == []


def test_the_sample_is_refused_by_the_shipped_packs() -> None:
    snapshot = compile_snapshot(from_packs(ROOT / "wordlists").entries)
    result = Checker(snapshot).check(SAMPLE)
    assert decide(result.findings, DEFAULT_POLICY).suggest is Suggest.RISKY


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:80/"),
        ("0.0.0.0", "http://127.0.0.1:80/"),  # noqa: S104 - compared, not bound
        ("::1", "http://[::1]:80/"),
    ],
)
def test_the_curl_line_can_be_pasted(host: str, shown: str) -> None:
    line = welcome(MADE, host=host, port=80).splitlines()[-1]
    words = shlex.split(line)
    assert words[0] == "curl"
    assert words[2].startswith(shown)
    assert words[words.index("-u") + 1] == "wx1:s3cret"
