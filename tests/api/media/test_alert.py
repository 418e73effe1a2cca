import json
from typing import cast

from app.api.media.alert import ReceiverAlerts
from app.jobs import Switched
from app.outbound import Answer, Fault, GuardedClient, OutboundError
from tests.api.media.test_deliver import FakeClient

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OFF = Switched(
    "wx1", "hooks.example", 1_800_000_000.0, "the receiver answered with 500"
)


def alerts(
    client: FakeClient, url: str | None = "https://ops.example/"
) -> ReceiverAlerts:
    return ReceiverAlerts(
        cast(GuardedClient, client),
        url,
        (SECRET,),
        clock=lambda: 1_800_000_100.0,
        pauses=(0.0, 0.0),
    )


async def test_the_alert_url_is_told() -> None:
    client = FakeClient()
    await alerts(client)(OFF)
    ((_, url, body, headers),) = client.sent
    assert url == "https://ops.example/"
    said = json.loads(body)
    assert said["type"] == "media.receiver_disabled"
    assert said["data"]["endpoint"] == "hooks.example"
    assert headers["webhook-signature"].startswith("v1,")


async def test_a_failed_alert_is_tried_again_a_few_times() -> None:
    client = FakeClient(OutboundError(Fault.UNREACHABLE, "away"))
    await alerts(client)(OFF)
    assert len(client.sent) == 2
    assert client.sent[0][3]["webhook-id"] == client.sent[1][3]["webhook-id"]
    refused = FakeClient(Answer(500, {}, b""))
    await alerts(refused)(OFF)
    assert len(refused.sent) == 2


async def test_without_a_url_nothing_is_sent() -> None:
    client = FakeClient()
    await alerts(client, None)(OFF)
    assert client.sent == []
