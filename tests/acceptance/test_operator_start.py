"""The packs seed the first version; from then on the database is the truth."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.conftest import marked
from tests.acceptance.operators import (
    SQLITE,
    TWO_MACHINES,
    Admin,
    Layout,
    put,
)
from tests.acceptance.service import WORDS, Service, service_in, write_words
from tests.server_helpers import SECONDS, Server

if TYPE_CHECKING:
    from tests.conftest import Postgres

CHANGED = (
    WORDS.replace("加我微信聊,ads,60,", "加我微信聊,ads,70,") + "新包骗术,fraud,90,\n"
)


@pytest.fixture
def shared(
    request: pytest.FixtureRequest, layout: Layout
) -> Callable[[], dict[str, str]]:
    """The settings of services that share a database."""

    def settings() -> dict[str, str]:
        if layout.backend == "sqlite":
            return {}
        server: Postgres = request.getfixturevalue("postgres")
        name = server.create()
        request.addfinalizer(lambda: server.drop(name))
        return {"SECCHECK_DATABASE_URL": server.url(name)}

    return settings


def _admin(service: Service) -> Admin:
    return Admin(service.server.base, service.cli("admin-key", "create").strip())


@pytest.mark.parametrize("layout", marked(SQLITE, TWO_MACHINES))
def test_later_packs_are_a_draft_beside_the_operators_changes(
    tmp_path: Path, shared: Callable[[], dict[str, str]]
) -> None:
    settings = shared()
    with service_in(tmp_path, **settings) as service:
        admin = _admin(service)
        [seed] = admin.get("/versions")["items"]
        assert (seed["number"], seed["who"], seed["origin"]) == (1, "seed", "seed")
        assert sorted(admin.words("pack")) == sorted(
            line.partition(",")[0] for line in WORDS.splitlines()[1:]
        )
        assert admin.get("/drafts")["items"] == []
        # The operator makes a word of the packs milder, and adds one to their list.
        [row] = admin.get("/terms", list="pack", q="加我微信聊")["items"]
        mild = put("pack", "加我微信聊", level=10, replaces=row["digest"])
        admin.publish(admin.draft(mild, put("pack", "自己的词")))
        admin.http.close()
    words = tmp_path / "words" / "pack.csv"
    words.write_text(CHANGED, encoding="utf-8")
    with service_in(tmp_path, **settings) as service:
        admin = _admin(service)
        assert admin.live() == 2, "nothing goes live by itself"
        [draft, *_] = admin.get("/drafts", state="open")["items"]
        assert (draft["origin"], draft["changes"]) == ("pack", 1)
        diff = admin.get(f"/drafts/{draft['id']}/diff")["items"]
        assert [(one["kind"], one["after"]["term"]) for one in diff] == [
            ("added", "新包骗术")
        ]
        admin.publish(draft)
        [row] = admin.get("/terms", list="pack", q="加我微信聊")["items"]
        assert row["level"] == 10, "the operator's change stays"
        assert {"自己的词", "新包骗术"} <= set(admin.words("pack"))
        _, err = service.server.stop(signal.SIGTERM)
        admin.http.close()
    [line] = [one for one in err.splitlines() if "shipped packs have changed" in one]
    assert "draft 2 proposes 1 change" in line


def test_a_folder_that_was_misspelt_stops_the_first_start(tmp_path: Path) -> None:
    write_words(tmp_path)
    (tmp_path / "words").rename(tmp_path / "elsewhere")
    server = Server(tmp_path, tmp_path / "words")
    out, err = server.process.communicate(timeout=SECONDS)
    assert server.process.returncode == 2
    assert "there is no folder" in err
    assert "secret" not in out, "nothing was begun"
