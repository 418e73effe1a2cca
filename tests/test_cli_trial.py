"""`seccheck wordlist backtest`, against a stand-in."""

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import cli_trial
from tests.cli_fake import FakeAdmin
from tests.cli_helpers import Cli

SUMMARY: dict[str, Any] = {
    "texts": 12000,
    "flipped": 4,
    "flips": [
        {"before": "pass", "after": "risky", "count": 3},
        {"before": "risky", "after": "review", "count": 1},
    ],
    "relabelled": 2,
    "refused": 0,
    "refused_lines": [],
    "terms": 2,
    "left_out": 0,
    "seconds": 1.94,
}
TERMS: list[dict[str, Any]] = [
    {
        "list": "fraud",
        "term": "刷单",
        "kind": "caused",
        "before": "pass",
        "after": "risky",
        "count": 3,
        "examples": ["诚招刷单兼职", "一" * 60 + "刷单返利", "刷单"],
    },
    {
        "list": "crime",
        "term": "发票",
        "kind": "changed",
        "before": "risky",
        "after": "review",
        "count": 1,
        "examples": ["代开\x1b发票"],
    },
]
DONE: dict[str, Any] = {
    "id": 8,
    "candidate": "draft:3@7",
    "base": "version:5",
    "source": "file",
    "state": "done",
    "progress": 1.0,
    "texts": 12000,
    "error": None,
    "summary": SUMMARY,
    "by_term": TERMS,
    "next": None,
}
BEGUN: dict[str, Any] = DONE | {
    "state": "waiting",
    "progress": None,
    "texts": 0,
    "summary": None,
    "by_term": [],
}
PATH = ("GET", "/backtests/8")


@dataclass
class Following(FakeAdmin):
    """Answers that change from one request to the next; the last one stays."""

    states: list[Any] = field(default_factory=list)
    seen: Callable[[], None] = lambda: None

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.states and request.method == "GET":
            self.on(*PATH, self.states.pop(0))
            self.seen()
        return await super().__call__(request)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Following:
    made = Following()
    monkeypatch.setattr("app.cli_local.local", made.run)
    monkeypatch.setattr(cli_trial, "POLL_SECONDS", 0)
    made.on("POST", "/drafts/3/backtest", BEGUN, 202)
    made.on("DELETE", "/backtests/8", DONE | {"state": "cancelled"})
    made.states = [BEGUN, BEGUN | {"state": "running", "progress": 0.4}, DONE]
    return made


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Cli:
    (tmp_path / "texts.csv").write_text("text\n诚招刷单兼职\n", encoding="utf-8")
    return Cli.at(tmp_path, monkeypatch, capfd)


def test_the_file_is_sent_as_it_is(cli: Cli, fake: Following) -> None:
    ran = cli("wordlist", "backtest", "3", "texts.csv", "--scene", "chat")
    assert ran.code == 0, ran.err
    (sent,) = fake.changes()
    assert sent.content == Path("texts.csv").read_bytes()
    assert sent.query == {"format": "csv", "scene": "chat"}
    assert ran.out == (
        "draft 3 against version 5: 12,000 texts, 4 verdicts would differ,"
        " 2 labels alone (1.9 s)\n"
        "\n"
        "LIVE   DRAFT   TEXTS  SHARE\n"
        "pass   risky   3      0.025%\n"
        "risky  review  1      0.008%\n"
        "\n"
        "TEXTS  LIVE   DRAFT   BY       LIST   TERM  EXAMPLE\n"
        "3      pass   risky   caused   fraud  刷单  诚招刷单兼职\n"
        "1      risky  review  changed  crime  发票  代开\\x1b发票\n"
    )
    assert ran.err == ""


def test_more_examples_stand_below_and_show_the_term(cli: Cli, fake: Following) -> None:
    out = cli("wordlist", "backtest", "3", "texts.csv", "--examples", "2").out
    lines = out.splitlines()
    assert lines[-2].strip() == "…" + "一" * 16 + "刷单返利"
    none = cli("wordlist", "backtest", "3", "texts.csv", "--examples", "0").out
    assert none.splitlines()[-1].endswith("-")


def test_standard_input(cli: Cli, fake: Following) -> None:
    cli("wordlist", "backtest", "3", "-", "--format", "text", stdin="好\n".encode())
    (sent,) = fake.changes()
    assert (sent.content, sent.query["format"]) == ("好\n".encode(), "text")


@pytest.mark.parametrize("apps", [(), ("wx1", "wx2")])
def test_recent_texts(cli: Cli, fake: Following, apps: tuple[str, ...]) -> None:
    given = [part for app in apps for part in ("--app", app)]
    cli("wordlist", "backtest", "3", "--sample", *given)
    (sent,) = fake.changes()
    chosen = {"apps": list(apps)} if apps else {}
    assert sent.body == {"source": "sample"} | chosen


def test_examples_that_the_key_may_not_see(cli: Cli, fake: Following) -> None:
    hidden = [term | {"examples": None} for term in TERMS]
    fake.states = [DONE | {"by_term": hidden}]
    ran = cli("wordlist", "backtest", "3", "--sample")
    assert "samples:read" in ran.err
    assert ran.out.splitlines()[-1].endswith("发票  -")


def test_json_has_every_page(cli: Cli, fake: Following) -> None:
    first = DONE | {"by_term": TERMS[:1], "next": "0"}
    fake.states = [first, DONE | {"by_term": TERMS[1:]}]
    ran = cli("wordlist", "backtest", "3", "texts.csv", "--json")
    assert json.loads(ran.out)["by_term"] == TERMS
    assert fake.asked[-1].query["after"] == "0"


def test_lines_left_out_are_named(cli: Cli, fake: Following) -> None:
    lines = [{"line": n, "message": "not UTF-8"} for n in range(2, 9)]
    fake.states = [
        DONE | {"summary": SUMMARY | {"refused": 12, "refused_lines": lines}}
    ]
    err = cli("wordlist", "backtest", "3", "texts.csv").err
    assert "texts.csv:2: left out, not UTF-8" in err
    assert "7 more lines left out" in err


def test_many_words_are_cut_short(cli: Cli, fake: Following) -> None:
    many = [TERMS[0] | {"term": f"词{n}"} for n in range(53)]
    fake.states = [DONE | {"by_term": many}]
    ran = cli("wordlist", "backtest", "3", "texts.csv")
    assert "词49" in ran.out
    assert "词50" not in ran.out
    assert "3 more words; --json has them" in ran.err


def test_no_difference(cli: Cli, fake: Following) -> None:
    nothing = SUMMARY | {"flipped": 0, "flips": [], "relabelled": 0, "terms": 0}
    fake.states = [DONE | {"summary": nothing, "by_term": []}]
    out = cli("wordlist", "backtest", "3", "texts.csv").out
    assert out == (
        "draft 3 against version 5: 12,000 texts, 0 verdicts would differ (1.9 s)\n"
    )


@pytest.mark.parametrize(
    ("state", "error", "said"),
    [
        ("failed", "it took too long", "failed: it took too long"),
        ("cancelled", None, "cancelled\n"),
    ],
)
def test_an_end_without_a_result(
    cli: Cli, fake: Following, state: str, error: str | None, said: str
) -> None:
    fake.states = [BEGUN | {"state": state, "error": error}]
    ran = cli("wordlist", "backtest", "3", "texts.csv")
    assert (ran.code, ran.out) == (2, "")
    assert f"the backtest ended as {said}" in ran.err


def test_wishes_that_do_not_fit(cli: Cli, fake: Following) -> None:
    for args in (["3"], ["3", "texts.csv", "--sample"]):
        ran = cli("wordlist", "backtest", *args)
        assert (ran.code, "give a FILE of texts, or --sample" in ran.err) == (2, True)
    assert cli("wordlist", "backtest", "3", "texts.csv", "--app", "wx1").code == 2
    assert cli("wordlist", "backtest", "3", "none.csv").code == 2
    assert fake.asked == []


def test_who_gives_up_ends_it(cli: Cli, fake: Following) -> None:
    fake.seen = lambda: signal.raise_signal(signal.SIGINT)
    fake.states = [BEGUN] * 3
    ran = cli("wordlist", "backtest", "3", "texts.csv")
    assert ran.code != 0
    assert [asked.method for asked in fake.changes()] == ["POST", "DELETE"]


def test_a_bar_on_a_terminal(
    cli: Cli, fake: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, str, int]] = []

    class Bar:
        def __init__(self, length: int, label: str) -> None:
            self.length, self.label = length, label

        def __enter__(self) -> Callable[[int], None]:
            return lambda step: told.append((self.length, self.label, step))

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(cli_trial, "bar", Bar)
    cli("wordlist", "backtest", "3", "texts.csv")
    assert told == [(100, "comparing ", 40), (100, "comparing ", 60)]
