"""The life of a token, as a client sees it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.service import (
    CHECK,
    CLEAN,
    RISKY,
    SECRET,
    Json,
    Service,
    answer,
    refused,
    service_in,
)

UNKNOWN = "invalid credential, access_token is invalid or not latest"


def _stable(service: Service, appid: str, secret: str = SECRET, **more: bool) -> Json:
    given = {"grant_type": "client_credential", "appid": appid, "secret": secret}
    return service.post("/cgi-bin/stable_token", None, given | more)


def test_missing(service: Service) -> None:
    for query in ("", "?access_token=", "?token=abc"):
        said = answer(service.client.post(f"{CHECK}{query}", json={"content": "a"}))
        refused(said, 41001, "access_token missing")


@pytest.mark.parametrize(
    "token", ["x", "a" * 5000, "%00", "' OR 1=1 --", "é", "\ud83d\ude00"]
)
def test_unknown(service: Service, token: str) -> None:
    token = token.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    said = service.post(CHECK, token, {"content": "a"}, agent=f"unknown {len(token)}")
    assert said["errcode"] in {40001, 41001}


def test_the_loop_of_a_client_is_broken(service: Service, plain: str) -> None:
    """A client that answers 40001 with another refused token stops at 48001."""
    body = {"content": CLEAN}
    for turn in range(5):
        said = service.post(CHECK, f"wechat-{turn}", body, agent="loop")
        refused(said, 40001, UNKNOWN)
    said = service.post(CHECK, "wechat-5", body, agent="loop")
    refused(said, 48001, "api unauthorized")
    # Somebody else beside it is told the truth, and a good token ends it.
    said = service.post(CHECK, "wechat-6", body, agent="beside the loop")
    refused(said, 40001, UNKNOWN)
    assert service.post(CHECK, plain, body, agent="loop")["errcode"] == 0
    refused(service.post(CHECK, "wechat-7", body, agent="loop"), 40001, UNKNOWN)


def test_expired_in_the_words_that_clients_look_for(tmp_path: Path) -> None:
    with service_in(tmp_path, SECCHECK_TOKEN_TTL="3") as service:
        service.create_app("brief")
        issued = service.get_token("brief")
        assert issued["expires_in"] == 3
        token = str(issued["access_token"])
        assert service.check(token, CLEAN)["errcode"] == 0
        time.sleep(3.1)
        for _ in range(8):  # never turned into 48001: a new token does help
            refused(service.check(token, CLEAN), 42001, "access_token expired")
        said = service.client.post(
            "/v1/texts:check",
            headers={"authorization": f"Bearer {token}"},
            json={"text": "a"},
        )
        assert said.status_code == 401
        assert said.json()["type"] == "urn:seccheck:problem:token-expired"


@pytest.mark.parametrize(
    ("query", "code", "text"),
    [
        ("", 40002, "invalid grant_type"),
        ("grant_type=x&appid=plain&secret=s", 40002, "invalid grant_type"),
        ("grant_type=client_credential", 41002, "appid missing"),
        ("grant_type=client_credential&appid=", 41002, "appid missing"),
        ("grant_type=client_credential&appid=plain", 41004, "appsecret missing"),
        ("grant_type=client_credential&appid=no&secret=s", 40013, "invalid appid"),
        ("grant_type=client_credential&appid=%00&secret=s", 40013, "invalid appid"),
        (
            "grant_type=client_credential&appid=other&secret=%ff",
            40125,
            "invalid appsecret,",
        ),
    ],
)
def test_token_requests_that_are_refused(
    service: Service, query: str, code: int, text: str
) -> None:
    refused(answer(service.client.get(f"/cgi-bin/token?{query}")), code, text)


def test_stable_token_stays_until_forced(service: Service) -> None:
    service.create_app("steady")
    first = _stable(service, "steady")
    again = _stable(service, "steady", force_refresh=False)
    assert again["access_token"] == first["access_token"]
    assert 7190 <= again["expires_in"] <= 7200
    # Isolated from the plain ones.
    plain = service.token("steady")
    assert plain != first["access_token"]
    forced = _stable(service, "steady", force_refresh=True)
    assert forced["access_token"] != first["access_token"]
    # A second one within 30 seconds is not granted; the token stays.
    kept = _stable(service, "steady", force_refresh=True)
    assert kept["access_token"] == forced["access_token"]
    said = service.check(str(first["access_token"]), CLEAN)
    refused(said, 42001, "access_token expired")
    for token in (plain, str(forced["access_token"])):
        assert service.check(token, CLEAN)["errcode"] == 0


def test_a_new_plain_token_leaves_the_former_for_a_while(service: Service) -> None:
    first, second = service.token("other"), service.token("other")
    assert first != second
    for token in (first, second):
        assert service.check(token, CLEAN)["errcode"] == 0


def test_rotation_keeps_two_secrets_alive(service: Service) -> None:
    service.create_app("turning")
    old = service.token("turning")
    service.cli("app", "rotate", "turning", "--secret", "second")
    for secret in (SECRET, "second"):
        assert "access_token" in service.get_token("turning", secret)
        assert "access_token" in _stable(service, "turning", secret)
    assert service.check(old, CLEAN)["errcode"] == 0
    service.cli("app", "rotate", "turning", "--secret", "third")
    refused(service.get_token("turning"), 40125, "invalid appsecret,")
    for secret in ("second", "third"):
        assert "access_token" in service.get_token("turning", secret)


def _native(service: Service) -> int:
    """The status of a native call with appid and secret."""
    login = ("leaving", SECRET)
    url, given = "/v1/texts:check", {"text": CLEAN}
    return service.client.post(url, json=given, auth=login).status_code


def _admitted(service: Service, token: str) -> bool:
    """Whether the app still gets in somewhere."""
    return service.check(token, CLEAN)["errcode"] == 0 or _native(service) == 200


def test_a_disabled_app_asks_for_no_new_token(service: Service) -> None:
    service.create_app("leaving")
    token = service.token("leaving")
    assert _admitted(service, token)
    service.cli("app", "disable", "leaving")
    end = time.monotonic() + 6
    while _admitted(service, token) and time.monotonic() < end:
        time.sleep(0.2)
    refused(service.check(token, CLEAN), 48001, "api unauthorized")
    assert _native(service) == 403
    refused(service.get_token("leaving"), 40013, "invalid appid")
    refused(_stable(service, "leaving"), 40013, "invalid appid")
    service.cli("app", "enable", "leaving")
    assert service.check(token, CLEAN)["errcode"] == 0


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("pair")
    with service_in(folder, "--workers", "2") as service:
        service.create_app("plain")
        yield service


def _fresh(service: Service, token: str) -> Json:
    """A check over a connection of its own, so that either worker may get it."""
    return answer(
        service.client.post(
            f"{CHECK}?access_token={token}",
            json={"content": RISKY, "version": 2},
            headers={"connection": "close"},
        )
    )


def test_tokens_are_good_on_every_process(pair: Service) -> None:
    stable = str(_stable(pair, "plain")["access_token"])
    for token in (pair.token("plain"), stable):
        for _ in range(12):
            assert _fresh(pair, token)["result"]["suggest"] == "risky"


def test_the_stable_token_is_one_for_all_processes(pair: Service) -> None:
    assert len({_stable(pair, "plain")["access_token"] for _ in range(6)}) == 1
