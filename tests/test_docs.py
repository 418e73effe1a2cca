"""The documents say what the code does: generated, complete, without dead links."""

import re
import shlex
from pathlib import Path

import pytest

from app.api.figures import FIGURES
from app.api.metrics import Gauges, Total, families
from app.api.problems import TITLES
from app.api.wechat.errors import MESSAGES
from tools import docs

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "wordlists/README.md"]
)
LINK = re.compile(r"\]\(([^)#]+)(#[^)]*)?\)")
SHELL = re.compile(r"```(?:sh|console)\n(.*?)```", re.DOTALL)


def test_settings_page_is_current() -> None:
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == docs.render()


def test_settings_page_shows_no_folder_of_this_machine() -> None:
    assert str(ROOT) not in docs.render()


def test_every_wechat_error_is_documented() -> None:
    page = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    missing = [code for code in MESSAGES if f"| {code} |" not in page]
    assert not missing


def test_every_problem_is_documented() -> None:
    page = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    missing = [kind for kind in TITLES if f"| `{kind}` |" not in page]
    assert not missing


def test_every_metric_is_documented() -> None:
    page = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
    gauges, total = Gauges(ready=True, lexicon="1"), Total()
    total.figures.add({figure.key: 1.0 for figure in FIGURES})
    names = [
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in families(total, gauges)
    ]
    missing = [name for name in names if f"| `{name}` |" not in page]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = [
        target for target, _ in LINK.findall(text) if not target.startswith("http")
    ]
    dead = [target for target in targets if not (page.parent / target).exists()]
    assert not dead


def test_readme_starts_with_the_two_commands() -> None:
    first = SHELL.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert first is not None
    commands = [shlex.split(line, comments=True) for line in first[1].splitlines()]
    assert commands == [["make", "run"], ["make", "test"]]
