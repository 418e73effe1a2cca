"""What kind of thing a code leads to, told by its content alone."""

import re
from enum import StrEnum
from typing import Final


class Payload(StrEnum):
    """The kinds; the value names the finding that such a code is there."""

    CONTACT = "contact code"
    """An account, a group, a telephone number, an address book entry."""
    PAYMENT = "payment code"
    """A way to pay somebody."""
    LINK = "link code"
    """Any other address on the web."""
    GOODS = "goods code"
    """The number of an article, as every package carries one."""
    OTHER = "code"
    """Anything else."""


_GOODS: Final = frozenset(
    {"EAN8", "EAN13", "UPCA", "UPCE", "ISBN", "ITF", "ITF14", "DataBar", "EAN2", "EAN5"}
)
_PAYMENT: Final = re.compile(
    r"wxp://|weixin://wxpay|(?:https?://)?(?:wx\.tenpay\.com|payapp\.weixin\.qq\.com"
    r"|qr\.alipay\.com|ds\.alipay\.com"
    r"|payapp\.wechatpay\.cn|i\.qianbao\.qq\.com|qr\.95516\.com|paypal\.me)\b|alipays?:"
    r"|bitcoin:|ethereum:|tron:|lightning:|upi:",
    re.IGNORECASE,
)
_CONTACT: Final = re.compile(
    r"weixin://|(?:https?://)?(?:u\.wechat\.com|weixin\.qq\.com/[grxq]"
    r"|work\.weixin\.qq\.com/(?:u|gm|ca|kfid)|qm\.qq\.com|jq\.qq\.com|t\.me|telegram\.me"
    r"|wa\.me|api\.whatsapp\.com|chat\.whatsapp\.com|line\.me|discord\.gg|m\.me"
    r"|signal\.me|v\.douyin\.com)\b|mqqapi:|mqqopensdkapi:|tg:|tel:|sms(?:to)?:|mailto:"
    r"|begin:vcard|mecard:|wxid_",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"[a-z][a-z0-9+.-]*://|www\.", re.IGNORECASE)


def payload(text: str, code: str) -> Payload:
    """The kind of a code with this content; `code` is its format, as in "EAN13"."""
    if code in _GOODS and text.isdigit():
        return Payload.GOODS
    start = text.lstrip()
    for kind, pattern in (
        (Payload.PAYMENT, _PAYMENT),
        (Payload.CONTACT, _CONTACT),
        (Payload.LINK, _LINK),
    ):
        if pattern.match(start):
            return kind
    return Payload.OTHER
