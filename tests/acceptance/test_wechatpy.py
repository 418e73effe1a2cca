"""wechatpy, the package itself: what it does when a token is refused."""

import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.service import (
    BAIT,
    CHECK,
    CLEAN,
    RISKY,
    SECRET,
    Service,
    service_in,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it is older than our interpreter
    from wechatpy.client import WeChatClient
    from wechatpy.exceptions import APILimitedException, WeChatClientException

pytestmark = pytest.mark.sdk


def _client(service: Service, appid: str, secret: str = SECRET) -> Any:
    """A client set up as docs/existing-sdk.md says."""
    base = service.server.base

    class CheckClient(WeChatClient):  # type: ignore[misc]  # it ships no types
        API_BASE_URL = f"{base}/cgi-bin/"
        fetched = 0

        def fetch_access_token(self) -> Any:
            self.fetched += 1
            query = {"grant_type": "client_credential"}
            query |= {"appid": self.appid, "secret": self.secret}
            return self._fetch_access_token(url=f"{base}/cgi-bin/token", params=query)

    client = CheckClient(appid, secret)
    client._http.trust_env = False  # no proxy of this machine
    client.wxa.API_BASE_URL = f"{base}/"
    return client


@pytest.fixture
def client(service: Service) -> Iterator[Any]:
    made = _client(service, "plain")
    yield made
    made._http.close()


def _code(error: "pytest.ExceptionInfo[Any]") -> tuple[int, str]:
    return error.value.errcode, error.value.errmsg.partition(" rid: ")[0]


def test_v1(client: Any) -> None:
    assert client.wxa.check_text_security(CLEAN) == {"errcode": 0, "errmsg": "ok"}
    with pytest.raises(WeChatClientException) as caught:
        client.wxa.check_text_security(f"专业{RISKY}")
    assert _code(caught) == (87014, "risky content")


def test_v2_by_raw_post(service: Service, client: Any) -> None:
    url = f"{service.server.base}{CHECK}"
    given = {"content": RISKY, "version": 2, "scene": 1, "openid": "o"}
    said = client.post(url, data=given)
    assert said["result"] == {"suggest": "risky", "label": 20006}
    assert client.post(url, data=given | {"content": BAIT})["result"]["label"] == 20006
    said = client.post(url, data=given | {"content": BAIT, "scene": 2})
    assert said["result"] == {"suggest": "pass", "label": 100}
    with pytest.raises(WeChatClientException) as caught:
        client.post(url, data=given | {"scene": 9})
    assert _code(caught) == (40129, "invalid scene")


def test_the_daily_limit_has_its_own_exception(service: Service) -> None:
    service.create_app("daily", "day_limit=0")
    client = _client(service, "daily")
    with pytest.raises(APILimitedException):
        client.wxa.check_text_security(CLEAN)
    client._http.close()


def test_an_expired_token_is_replaced_by_itself(tmp_path: Path) -> None:
    with service_in(tmp_path, SECCHECK_TOKEN_TTL="3") as service:
        service.create_app("brief")
        client = _client(service, "brief")
        client.session.set("brief_access_token", service.token("brief"), 7200)
        client.expires_at = 2**40  # so that only our answer can tell it
        time.sleep(3.1)
        assert client.wxa.check_text_security(CLEAN)["errcode"] == 0
        assert client.fetched == 1
        client._http.close()


def test_a_client_with_tokens_of_somebody_else_comes_to_an_end(
    service: Service,
) -> None:
    """It would go on for hundreds of calls, and each would cost a real token."""
    client = _client(service, "plain")
    calls = 0

    def from_somewhere_else() -> dict[str, Any]:
        nonlocal calls
        calls += 1
        client.session.set("plain_access_token", f"theirs-{calls}", 7200)
        client.expires_at = 2**40
        return {}

    client.fetch_access_token = from_somewhere_else
    with pytest.raises(WeChatClientException) as caught:
        client.wxa.check_text_security(CLEAN)
    assert _code(caught) == (48001, "api unauthorized")
    assert calls <= 10
    client._http.close()
