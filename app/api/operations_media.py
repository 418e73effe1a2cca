"""The endpoints that accept media, described for the OpenAPI document."""

from typing import Any, Final

from app.api.examples import OK, RID, problems, wechat_answers
from app.api.operation import BASIC, BEARER, TOKEN, Operation, Response
from app.api.v1 import media_schemas as native
from app.api.wechat import media_schemas as wechat

_ITEM: Final = {
    "trace_id": RID,
    "type": "image",
    "version": "native",
    "scene": "comment",
    "state": "delivering",
    "created": "2026-11-25T07:30:00.000Z",
    "finished": "2026-11-25T07:30:01.250Z",
    "settled": None,
    "decided": "checked",
    "suggest": "risky",
    "attempts": 1,
}
_DELIVERY: Final = {
    "id": f"msg_{RID}_callback",
    "state": "waiting",
    "attempts": 1,
    "next_at": "2026-11-25T07:30:06.000Z",
    "settled": None,
    "status": 500,
    "reason": "the receiver answered with status 500",
}
_TRY: Final = {
    "delivery_id": f"msg_{RID}_callback",
    "number": 1,
    "at": "2026-11-25T07:30:01.300Z",
    "seconds": 0.04,
    "outcome": "retry",
    "status": 500,
    "reason": "the receiver answered with status 500",
}
_SHOWN: Final = {
    **_ITEM,
    "label": "crime",
    "label_code": 20006,
    "result": {"suggest": "risky", "label": "crime", "label_code": 20006},
    "deliveries": [_DELIVERY],
    "tries": [_TRY],
}
_FAILED: Final[dict[str, Any]] = {
    **_ITEM,
    "state": "delivered",
    "settled": "2026-11-25T07:30:01.250Z",
    "decided": "failed",
    "suggest": "review",
    "label": "other",
    "label_code": 21000,
    "error": {"code": -1008, "detail": "the host took too long"},
    "deliveries": [],
    "tries": [],
}
_REFUSED: Final = (
    (401, "unauthorized", "The token is unknown."),
    (403, "app-disabled", "The operator has disabled it."),
    (405, "method-not-allowed", "Use GET."),
    (429, "throttled", "Too many wrong secrets."),
    (500, "internal", "Please try again."),
    (503, "media-off", "Checks of media are switched off."),
    (503, "unavailable", "The database is out of reach."),
)
_UNKNOWN: Final = (404, "not-found", "The app has no check of this trace_id.")
_SETTLED: Final = (409, "conflict", "The check has its verdict already.")
_ACCEPTED: Final = {"trace_id": RID, "state": "accepted", "type": "image"}


def _one(description: str) -> dict[int, Response]:
    """The usual answer of an endpoint of one check."""
    shown = {"found": _SHOWN, "not fetched": _FAILED}
    return {200: Response(description, (native.MediaShown,), shown)}


MEDIA: tuple[Operation, ...] = (
    Operation(
        path="/wxa/media_check_async",
        method="post",
        tag="WeChat",
        name="mediaCheckAsync",
        summary="Have a picture, a sound or a video checked",
        description=(
            "The check is on disk once there is a trace_id; the verdict is pushed to"
            " the app's URL as the event `wxa_media_check`. Version 1 when none is"
            " named. Beyond WeChat: media_type 3 is video, and `callback_url` takes"
            " the place of the app's URL; 40201 when the app does not allow its host."
        ),
        request=(wechat.MediaV2Request, wechat.MediaV1Request),
        request_examples={
            "version 2": {
                "openid": "o4_t144jTUSEoxydysUA2E234_tc",
                "version": 2,
                "scene": 2,
                "media_type": 2,
                "media_url": "https://example.com/picture.jpg",
            },
            "version 1": {
                "media_type": 1,
                "media_url": "https://example.com/sound.mp3",
            },
        },
        responses=wechat_answers(wechat.MediaAnswer, accepted={**OK, "trace_id": RID}),
        security=(TOKEN,),
    ),
    Operation(
        path="/v1/media",
        method="post",
        tag="Native",
        name="acceptMedia",
        summary="Have a file checked in the background",
        description=(
            "Send JSON with `url`, or a multipart form with `file`. The check is on"
            " disk once there is an answer. Its verdict is sent to `callback_url`, by"
            " Standard Webhooks, and can be asked for."
        ),
        request=(native.MediaRequest,),
        request_examples={
            "by address": {
                "url": "https://example.com/picture.jpg",
                "type": "image",
                "scene": "comment",
                "idempotency_key": "upload-17",
                "callback_url": "https://hooks.example.com/checked",
            }
        },
        form=native.FORM,
        form_examples={"a file": {"file": "<bytes>", "type": "audio"}},
        parameters=native.KEYED,
        responses={
            200: Response(
                "It was accepted before, by the same idempotency key.",
                (native.MediaAccepted,),
                {"again": {**_ACCEPTED, "fresh": False}},
            ),
            202: Response(
                "Accepted.",
                (native.MediaAccepted,),
                {"new": {**_ACCEPTED, "fresh": True}},
            ),
            **problems(
                (400, "bad-form", "The multipart form ends early."),
                (400, "bad-json", "Send a multipart form, or a JSON object."),
                *_REFUSED,
                (408, "body-too-slow", "Send it faster."),
                (409, "idempotency-conflict", "The key was used for another request."),
                (413, "body-too-large", "Send less."),
                (413, "media-too-large", "A file may have 52,428,800 bytes."),
                (422, "invalid-request", "See `errors`."),
                (429, "quota-exceeded", "Wait for Retry-After."),
                (503, "busy", "Checks wait for too long already; try again later."),
                (507, "storage-full", "Make room."),
                at="/url",
            ),
        },
        security=(BEARER, BASIC),
    ),
    Operation(
        path="/v1/media",
        method="get",
        tag="Native",
        name="listMedia",
        summary="List checks of the app",
        description=(
            "Newest first, those of media_check_async too. `next` is null on the last"
            " page."
        ),
        parameters=native.LISTED,
        responses={
            200: Response(
                "A page.",
                (native.MediaPage,),
                {"one": {"items": [_ITEM], "next": f"1795591800.0~{RID}"}},
            ),
            **problems(
                *_REFUSED, (422, "invalid-request", "See `errors`."), at="/state"
            ),
        },
        security=(BEARER, BASIC),
    ),
    Operation(
        path="/v1/media/{trace_id}",
        method="get",
        tag="Native",
        name="showMedia",
        summary="Show a check",
        description=(
            "Its state, its verdict when there is one, its callbacks and the newest"
            " tries. The details of a verdict are kept for some days."
        ),
        parameters=native.ONE,
        responses={**_one("The check."), **problems(*_REFUSED, _UNKNOWN)},
        security=(BEARER, BASIC),
    ),
    Operation(
        path="/v1/media/{trace_id}:cancel",
        method="post",
        tag="Native",
        name="cancelMedia",
        summary="Cancel a check",
        description=(
            "It is decided as `review` with an error; its callback is sent, so that"
            " nobody waits for ever."
        ),
        parameters=native.ONE,
        responses={**_one("Cancelled."), **problems(*_REFUSED, _UNKNOWN, _SETTLED)},
        security=(BEARER, BASIC),
    ),
    Operation(
        path="/v1/media/{trace_id}:replay",
        method="post",
        tag="Native",
        name="replayMedia",
        summary="Send the callback of a check again",
        description="With the same id and content as before.",
        parameters=native.ONE,
        responses={
            **_one("It is sent again."),
            **problems(
                *_REFUSED,
                _UNKNOWN,
                (409, "conflict", "There is no callback to send again."),
            ),
        },
        security=(BEARER, BASIC),
    ),
)
