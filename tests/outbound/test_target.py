import pytest

from app.outbound import Fault, OutboundError, Rules
from app.outbound.target import MAX_URL_LENGTH, parse_target

ANY = Rules(ports=None)


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port", "path", "authority"),
    [
        ("https://a.test", "https", "a.test", 443, "/", "a.test"),
        ("HTTP://A.Test:80/B?c=D#e", "http", "a.test", 80, "/B?c=D", "a.test"),
        ("https://a.test:8443/x", "https", "a.test", 8443, "/x", "a.test:8443"),
        ("http://a.test:443", "http", "a.test", 443, "/", "a.test:443"),
        ("https://a.test./x", "https", "a.test", 443, "/x", "a.test"),
        ("http://例え.jp/ü", "http", "xn--r8jz45g.jp", 80, "/%C3%BC", "xn--r8jz45g.jp"),
        ("http://[2606:4700::1]/", "http", "2606:4700::1", 80, "/", "[2606:4700::1]"),
        ("http://a.test/?to=b@c", "http", "a.test", 80, "/?to=b@c", "a.test"),
        ("http://a.test?b@c", "http", "a.test", 80, "/?b@c", "a.test"),
        ("http://a.test/x//y@z", "http", "a.test", 80, "/x//y@z", "a.test"),
        # Judged later, by what they resolve to.
        ("http://0x7f.1/", "http", "0x7f.1", 80, "/", "0x7f.1"),
        ("http://2130706433/", "http", "2130706433", 80, "/", "2130706433"),
    ],
)  # fmt: skip
def test_a_url_is_taken_apart(
    url: str, scheme: str, host: str, port: int, path: str, authority: str
) -> None:
    target = parse_target(url, ANY)
    assert (target.scheme, target.host, target.port) == (scheme, host, port)
    assert (target.path, target.authority) == (path, authority)


@pytest.mark.parametrize(
    "url",
    [
        "", "a.test", "//a.test/", "http:", "http:/a.test", "http://", "http:///x",
        "ftp://a.test/", "file:///etc/passwd", "gopher://a.test/", "javascript://a",
        "unix:///run/x", "data:text/plain,x",
        "http://me@a.test/", "http://me:pw@a.test/", "http://@a.test/", "http://:@a.test",
        "http://127.0.0.1%2f@a.test/", "https://a.test@127.0.0.1/",
        "http://a.test\\@b.test/", "http://a.test\\/", "http://a test/",
        "http://a.test/ x",
        "http://a\r\nHost: b/", "http://a.test/\r\nX: y", "http://a.test/\x00",
        "\thttp://a/",
        "http://a.test:0/", "http://a.test:65536/", "http://a.test:-1/", "http://a.test:x/",
        "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[::1",
        "http://[::1]x/",
        "http://[v1.fe80]/", "http://[1.2.3.4]/", "http://[]/",
        "http://a..test/", "http://.a/", "http://-a.test/", "http://a-.test/",
        "http://*.test/",
        "http://a;b/", "http://a,b/", "http://ex%61mple.test/",
        f"http://{'a' * 64}.test/",
        f"http://{'a.' * 127}test/",
        # IDNA: compatibility forms, invisible characters, broken punycode.
        "http://ⓔxample.test/", "http://ex\u00adample.test/", "http://☃.test/",
        "http://１２７.0.0.1/", "http://xn--a/", "http://a\u200b.test/",
        "http://a.test/" + "x" * MAX_URL_LENGTH,
    ],
)  # fmt: skip
def test_a_url_without_one_plain_meaning_is_refused(url: str) -> None:
    with pytest.raises(OutboundError) as caught:
        parse_target(url, ANY)
    assert caught.value.fault is Fault.REFUSED
    assert caught.value.final


@pytest.mark.parametrize("port", [1, 22, 25, 6379, 8080, 65535])
def test_only_listed_ports(port: int) -> None:
    url = f"http://a.test:{port}/"
    with pytest.raises(OutboundError, match=f"port {port} is not allowed"):
        parse_target(url, Rules())
    assert parse_target(url, Rules(ports=frozenset({port}))).port == port


def test_only_listed_schemes() -> None:
    rules = Rules(schemes=frozenset({"https"}))
    with pytest.raises(OutboundError, match=r"the URL must begin with https://$"):
        parse_target("http://a.test/", rules)
    assert parse_target("https://a.test/", rules).port == 443


def test_errors_do_not_quote_the_url() -> None:
    with pytest.raises(OutboundError) as caught:
        parse_target("http://me:hunter2@a.test/secret-path?token=x", ANY)
    for word in ("me:", "hunter2", "secret-path", "token"):
        assert word not in str(caught.value)


def test_the_connection_goes_to_the_address_and_keeps_the_path() -> None:
    target = parse_target("https://a.test/x%2Fy?q=%20", ANY)
    assert str(target.at("192.0.2.1")) == "https://192.0.2.1/x%2Fy?q=%20"
    assert str(target.at("2001:db8::1")) == "https://[2001:db8::1]/x%2Fy?q=%20"
