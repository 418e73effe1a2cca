"""What a code leads to, by its content alone."""

import pytest

from app.image.findings.payload import Payload, payload


@pytest.mark.parametrize(
    "text",
    [
        "https://u.wechat.com/kEJ1xYpq",
        "https://u.wechat.com/-Ej1xYpq",
        "http://weixin.qq.com/r/AkgV",
        "https://weixin.qq.com/g/-wABC",
        "HTTPS://QM.QQ.COM/CGI-BIN/QM/QR?K=1",
        "weixin://contacts/profile/wxid_1",
        "wxid_abcdef123",
        "https://work.weixin.qq.com/u/vc1",
        "https://work.weixin.qq.com/gm/1",
        "t.me/somebody",
        "  https://t.me/+abc",
        "tel:13800000000",
        "SMSTO:13800000000:hi",
        "mailto:a@example.com",
        "BEGIN:VCARD\nFN:A\nEND:VCARD",
        "MECARD:N:A;TEL:1;;",
    ],
)
def test_ways_to_reach_somebody(text: str) -> None:
    assert payload(text, "QRCode") is Payload.CONTACT


@pytest.mark.parametrize(
    "text",
    [
        "wxp://f2f0abcdef",
        "weixin://wxpay/bizpayurl?pr=abc",
        "https://wx.tenpay.com/f2f?t=abc",
        "https://qr.alipay.com/fkx1",
        "HTTPS://QR.ALIPAY.COM/FKX1",
        "alipays://platformapi/startapp?x=1",
        "https://i.qianbao.qq.com/wallet/sqrcode.htm?m=tenpay",
        "bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
        "https://paypal.me/somebody",
    ],
)
def test_ways_to_pay(text: str) -> None:
    assert payload(text, "QRCode") is Payload.PAYMENT


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/a",
        "http://例子.cn",
        "www.example.com",
        "ftp://example.com",
        "https://weixin.qq.com/download",
        "https://example.com/?to=https://t.me/x",
        "https://not-t.me/x",
    ],
)
def test_other_links(text: str) -> None:
    assert payload(text, "QRCode") is Payload.LINK


@pytest.mark.parametrize("kind", ["EAN13", "EAN8", "UPCA", "ITF", "DataBar", "ISBN"])
def test_numbers_of_goods(kind: str) -> None:
    assert payload("6901234567892", kind) is Payload.GOODS


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("6901234567892", "QRCode"),
        ("6901234567892", "Code128"),
        ("6901 234", "EAN13"),
        ("", "EAN13"),
        ("你好", "QRCode"),
        ("telephone", "QRCode"),
        ("", "QRCode"),
    ],
)
def test_anything_else(text: str, kind: str) -> None:
    assert payload(text, kind) is Payload.OTHER


def test_the_names_are_those_of_the_reader() -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    names = {each.name for each in zxingcpp.BarcodeFormat.__members__.values()}
    assert {"EAN8", "EAN13", "UPCA", "UPCE", "ITF", "DataBar", "ISBN"} <= names
