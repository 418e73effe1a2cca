"""What the first start prepares and prints."""

import shlex
from pathlib import Path

import pytest

from app.bootstrap import SAMPLE, Credentials, prepare, welcome
from app.cli_words import from_packs
from app.domain.finding import Suggest
from app.domain.policy import DEFAULT_POLICY
from app.domain.verdict import decide
from app.settings import Settings
from app.text.checker import Checker
from app.text.compiling import compile_snapshot
from tests.cli_helpers import ROOT

MADE = Credentials("wx1", "s3cret", "sk_x")


def test_prepare_makes_credentials_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", wordlists_dir=tmp_path)
    first = prepare(settings)
    assert first is not None
    assert first.appid.startswith("wx")
    assert first.admin_key.startswith("sk_")
    assert prepare(settings) is None
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


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
