"""A running service, used over its socket and from its command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.cli_helpers import start
from tests.server_helpers import SECONDS, Server, serving

CHECK = "/wxa/msg_sec_check"
GAME = "/wxa/game/content_spam/msg_sec_check"
SECRET = "0123456789abcdef0123456789abcdef"
RISKY, DOUBTFUL, CLEAN = "代开发票", "加我微信聊", "今天天气不错"
BAIT = "彩票群"
"""Refused in names and searches only."""
WORDS = f"""term,label,level,scenes
{RISKY},crime,95,
{DOUBTFUL},ads,60,
{BAIT},crime,90,title;profile;search
代开发票培训是违法的,exempt,,
"""

Json = dict[str, Any]


class Service:
    """A server, the folder that it was started in, and one HTTP client."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.client = httpx.Client(base_url=server.base, timeout=SECONDS)

    def cli(self, *args: str) -> str:
        """Run a command beside the server; returns what it printed."""
        process = start(*args, env=self.server.env, cwd=self.folder)
        out, err = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, err
        return out

    def create_app(self, appid: str, *changes: str) -> str:
        """Register an app with settings; returns its appid."""
        given = [part for change in changes for part in ("--set", change)]
        self.cli("app", "create", appid, "--secret", SECRET, *given)
        return appid

    def get_token(self, appid: str, secret: str = SECRET) -> Json:
        """The answer of `/cgi-bin/token`."""
        query = {"grant_type": "client_credential", "appid": appid, "secret": secret}
        return answer(self.client.get("/cgi-bin/token", params=query))

    def token(self, appid: str, secret: str = SECRET) -> str:
        """A fresh access token."""
        return str(self.get_token(appid, secret)["access_token"])

    def post(self, path: str, token: str | None, body: Any, *, agent: str = "") -> Json:
        """Post an object as JSON, or bytes as they are, without a Content-Type."""
        if not isinstance(body, bytes):
            body = httpx.Request("POST", "http://x", json=body).read()
        response = self.client.post(
            path,
            params=None if token is None else {"access_token": token},
            content=body,
            headers={"user-agent": agent} if agent else None,
        )
        return answer(response)

    def check(self, token: str | None, content: str, **fields: Any) -> Json:
        """A version 2 check."""
        given = {"content": content, "version": 2, "scene": 2, "openid": "o1"}
        return self.post(CHECK, token, given | fields)


def answer(response: httpx.Response) -> Json:
    """The object in an answer that every client would accept."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    said = response.json()
    assert isinstance(said, dict)
    if "errcode" in said:
        assert type(said["errcode"]) is int
    return said


def refused(said: Json, code: int, text: str) -> str:
    """Check an error envelope down to the form of its rid; returns the rid."""
    assert set(said) == {"errcode", "errmsg"}, said
    begin, mark, rid = said["errmsg"].rpartition(" rid: ")
    assert (said["errcode"], begin, mark) == (code, text, " rid: "), said
    groups = rid.split("-")
    assert [len(group) for group in groups] == [8, 8, 8]
    assert all(set(group) <= set("0123456789abcdef") for group in groups)
    return str(rid)


def write_words(folder: Path, text: str = WORDS) -> Path:
    """A folder with one pack."""
    words = folder / "words"
    words.mkdir(parents=True)
    (words / "pack.csv").write_text(text, encoding="utf-8")
    return words


@contextmanager
def service_in(folder: Path, *options: str, **settings: str) -> Iterator[Service]:
    """A ready service with its data and words below `folder`."""
    words = folder / "words"
    if not words.is_dir():
        write_words(folder)
    with serving(folder, words, *options, **settings) as server:
        server.wait()
        service = Service(server, folder)
        with service.client:
            yield service
