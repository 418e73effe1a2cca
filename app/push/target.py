"""Where and how the events of one app are pushed."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.push.crypto import MessageCipher


class Mode(StrEnum):
    """What of an event is encrypted (contract section 5.2)."""

    PLAIN = "plain"
    """Nothing."""
    COMPATIBLE = "compatible"
    """The event is sent in clear and encrypted, in one body."""
    SAFE = "safe"
    """Everything."""


class Format(StrEnum):
    """How an event is written; XML is WeChat's own default."""

    XML = "xml"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class PushTarget:
    """A receiver; `aes_key` is an EncodingAESKey, "" for none."""

    appid: str
    url: str = field(repr=False)  # its query may hold a secret
    token: str = field(repr=False)
    to_user: str
    aes_key: str = field(default="", repr=False)
    format: Format = Format.XML
    mode: Mode = Mode.PLAIN

    def __post_init__(self) -> None:
        """Refuse a target that nothing can be sent to.

        Raises:
            ValueError: the mode needs a key, or the key is none.
        """
        if self.mode is not Mode.PLAIN:
            self.cipher()

    def cipher(self) -> MessageCipher:
        """What encrypts for this receiver.

        Raises:
            ValueError: there is no usable key.
        """
        return MessageCipher(self.aes_key, self.appid)
