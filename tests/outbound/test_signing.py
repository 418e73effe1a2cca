import base64
import hashlib
import hmac
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from app.outbound import SecretError, Signer

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OTHER = "whsec_" + base64.b64encode(b"x" * 24).decode()
BODY = '{"type":"wordlist.term_held","data":{"term":"的"}}'.encode()


def test_the_signature_is_what_the_specification_says() -> None:
    headers = Signer([SECRET]).headers("msg_1", 1_700_000_000, BODY)
    mac = hmac.new(KEY, b"msg_1.1700000000." + BODY, hashlib.sha256).digest()
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def test_the_official_library_accepts_it() -> None:
    headers = Signer([SECRET]).headers("msg_1", int(time.time()), BODY)
    assert Webhook(SECRET).verify(BODY, headers)["data"] == {"term": "的"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY, headers | {"webhook-id": "msg_2"})


def test_during_a_rotation_both_secrets_verify() -> None:
    headers = Signer([OTHER, SECRET]).headers("msg_1", int(time.time()), BODY)
    for secret in (SECRET, OTHER):
        Webhook(secret).verify(BODY, headers)


@pytest.mark.parametrize("length", [24, 64])
def test_secrets_of_allowed_length(length: int) -> None:
    Signer([base64.b64encode(b"k" * length).decode()])


@pytest.mark.parametrize(
    "secret",
    [
        "", "whsec_", "whsec_AAAA", "whsec_" + "!" * 40, "whsec_汉字",
        base64.b64encode(b"k" * 23).decode(), base64.b64encode(b"k" * 65).decode(),
    ],
)  # fmt: skip
def test_other_secrets_are_refused_unseen(secret: str) -> None:
    with pytest.raises(SecretError) as caught:
        Signer([secret])
    assert len(secret) < 7 or secret not in str(caught.value)


def test_no_secret_is_an_error() -> None:
    with pytest.raises(SecretError):
        Signer([])
