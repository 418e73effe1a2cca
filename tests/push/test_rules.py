"""Which push settings are accepted."""

import pytest

from app.outbound import Rules
from app.push import PushError, callback_allowed
from app.push.rules import (
    MOST_HOSTS,
    check_aes_key,
    check_hosts,
    check_to_user,
    check_token,
    check_url,
    where,
)

RULES = Rules(ports=None)
PRIVATE = Rules(ports=None, allow_private=True)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://push.example.com/wx?k=1", "https://push.example.com"),
        ("http://Push.Example.com:8080/", "http://push.example.com:8080"),
        ("https://8.8.8.8/", "https://8.8.8.8"),
    ],
)
def test_urls(url: str, found: str) -> None:
    assert check_url(url, RULES) == where(url) == found


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "not valid"),
        ("ftp://a.example/", "must begin with http:// or https://"),
        ("https://user:s3cret@a.example/", "user name or password"),
        ("https://10.0.0.1/s3cret", "not public"),
        ("https://[::1]/s3cret", "not public"),
        ("https://169.254.169.254/s3cret", "not public"),
        ("https://a.example/?s3cret=1&nonce=2", "must not hold nonce"),
        ("https://a.example/?echostr", "must not hold echostr"),
        ("https://a.example/" + "s3cret" * 400, "longer than"),
    ],
)
def test_other_urls(url: str, says: str) -> None:
    with pytest.raises(PushError, match=says) as caught:
        check_url(url, RULES)
    assert caught.value.field == "url"
    assert "s3cret" not in str(caught.value)


def test_a_private_network_has_to_be_allowed() -> None:
    assert check_url("http://127.0.0.1:1/", PRIVATE) == "http://127.0.0.1:1"
    with pytest.raises(PushError):
        check_url("http://169.254.169.254/", PRIVATE)


def test_only_a_clear_url_is_fit_for_a_log() -> None:
    assert where("http://10.0.0.1/s3cret") == "http://10.0.0.1"
    assert where("s3cret") == where("https://user:s3cret@a.example/") == ""


@pytest.mark.parametrize("token", ["abc", "A1" * 16])
def test_tokens(token: str) -> None:
    check_token(token)


@pytest.mark.parametrize("token", ["", "ab", "a" * 33, "a b c", "令牌令牌", "abc\n"])
def test_other_tokens(token: str) -> None:
    with pytest.raises(PushError, match="3 to 32 letters and digits") as caught:
        check_token(token)
    assert caught.value.field == "token"


def test_aes_keys() -> None:
    check_aes_key("a1" * 21 + "B")
    with pytest.raises(PushError, match="43 letters and digits") as caught:
        check_aes_key("s3cret")
    assert caught.value.field == "aes_key"
    assert "s3cret" not in str(caught.value)


def test_account_names() -> None:
    for name in ("", "gh_9df7d78a1234"):
        check_to_user(name)
    for name in ("gh 1", "x" * 65, "]]>", "gh_1\n"):
        with pytest.raises(PushError, match="account name"):
            check_to_user(name)


def test_callback_hosts() -> None:
    names = ["Hooks.Example.com", "hooks.example.com.", "例子.example", "8.8.8.8"]
    assert check_hosts(names) == (
        "hooks.example.com",
        "xn--fsqu00a.example",
        "8.8.8.8",
    )
    assert check_hosts([]) == ()


@pytest.mark.parametrize(
    "name",
    [
        *("", "https://a.example", "a.example:443", "a.example/x", "u@a.example"),
        *("a b", "*.example.com", "[::1]", "a.example?x"),
    ],
)
def test_other_callback_hosts(name: str) -> None:
    with pytest.raises(PushError, match=r"such as hooks\.example\.com") as caught:
        check_hosts(["ok.example", name])
    assert caught.value.field == "callback_hosts"


def test_so_many_callback_hosts() -> None:
    with pytest.raises(PushError, match="50 callback hosts"):
        check_hosts(["a.example"] * (MOST_HOSTS + 1))


def test_a_callback_goes_to_an_allowed_host_only() -> None:
    hosts = check_hosts(["hooks.example.com"])
    assert callback_allowed("https://HOOKS.example.com:8443/x", hosts, RULES)
    assert not callback_allowed("https://hooks.example.com/", (), RULES)
    assert not callback_allowed("https://hooks.example.com.evil.example/", hosts, RULES)
    assert not callback_allowed("https://evil.example/hooks.example.com", hosts, RULES)
    assert not callback_allowed("https://hooks.example.com@evil.example/", hosts, RULES)
    assert not callback_allowed("ftp://hooks.example.com/", hosts, RULES)
