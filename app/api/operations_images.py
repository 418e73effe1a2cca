"""The endpoints that look at pictures, described for the OpenAPI document."""

from typing import Final

from app.api.examples import OK, RID, problem, problems, refusal, wechat_answers
from app.api.operation import BASIC, BEARER, TOKEN, Operation, Response
from app.api.v1 import image_schemas as native
from app.api.wechat import schemas as wechat

_HIT: Final = {
    "strategy": "keyword",
    "errcode": 0,
    "suggest": "risky",
    "label": 20006,
    "level": 90,
    "keyword": "办证刻章",
}
_GAME: Final = {
    **OK,
    "result": {"suggest": "risky", "label": 20006},
    "detail": [{"strategy": "minigame_content_model", "errcode": -1}, _HIT],
    "trace_id": RID,
}
_RESULT: Final = {
    "suggest": "risky",
    "label": "crime",
    "label_code": 20006,
    "findings": [
        {
            "strategy": "ocr",
            "label": "crime",
            "label_code": 20006,
            "suggest": "risky",
            "level": 90,
            "term": "办证刻章",
            "wordlist": "crime",
            "start": 2,
            "end": 6,
            "folds": [],
            "classifier": "ocr",
            "model": "PP-OCRv6_det_small+PP-OCRv6_rec_small",
            "boxes": [{"left": 51, "top": 100, "width": 377, "height": 54}],
            "frame": 0,
            "text": "专业办证刻章，当天取",
        }
    ],
    "picture": {
        "width": 750,
        "height": 1334,
        "format": "png",
        "frames": 1,
        "frames_checked": 1,
        "complete": True,
    },
    "models": {
        "codes": "zxing-cpp 3.1.1",
        "known": "pdq-1",
        "ocr": "PP-OCRv6_det_small+PP-OCRv6_rec_small",
    },
    "not_run": [
        {
            "classifier": "nsfw",
            "reason": "there is no model here; `make models` makes one",
            "forgiven": True,
        }
    ],
    "trace_id": RID,
}
_FAILED: Final = {
    "problem": problem(415, "picture-not-a-picture", "The file is not a picture."),
    "trace_id": RID,
}
_PROBLEMS: Final = problems(
    (400, "bad-form", "The multipart form ends early."),
    (400, "bad-json", "Send a multipart form, or a JSON object."),
    (401, "unauthorized", "The token is unknown."),
    (403, "app-disabled", "The operator has disabled it."),
    (405, "method-not-allowed", "Use POST."),
    (408, "body-too-slow", "Send it faster."),
    (413, "body-too-large", "Send fewer pictures."),
    (413, "picture-too-large", "The file has too many bytes."),
    (415, "picture-not-a-picture", "The file is not a picture."),
    (415, "picture-unsupported", "TIFF files are not supported."),
    (422, "invalid-request", "See `errors`."),
    (422, "picture-damaged", "Nothing of the file can be decoded."),
    (422, "picture-unsafe", "The picture took longer to decode than allowed."),
    (422, "picture-not-fetched", "The host took too long."),
    (429, "quota-exceeded", "Wait for Retry-After."),
    (500, "internal", "Please try again."),
    (503, "busy", "Too many pictures are waiting; try again later."),
    (503, "images-off", "Image checks are switched off."),
    (503, "not-ready", "The lexicon is being loaded."),
    (503, "unavailable", "The database is out of reach."),
    at="/urls/0",
)

IMAGES: tuple[Operation, ...] = (
    Operation(
        path="/wxa/img_sec_check",
        method="post",
        tag="WeChat",
        name="imgSecCheck",
        summary="Check a picture",
        description=(
            "A multipart form with the picture as `media`, or any other file in it, or"
            " the picture itself as the body; its name and type are not looked at."
            " Answers `ok` or 87014; 40006 for a file that is too large, 41005 without"
            " a file, 47001 for what is no picture, 87015 for one that could not wholly"
            " be checked, -1 when too many wait."
        ),
        form={
            "type": "object",
            "required": ["media"],
            "properties": {"media": {"type": "string", "format": "binary"}},
        },
        form_examples={"usual": {"media": "<bytes>"}},
        responses=wechat_answers(
            wechat.WechatOk, passed=OK, risky=refusal(87014, "risky content")
        ),
        security=(TOKEN,),
    ),
    Operation(
        path="/wxa/game/content_spam/media_check_sync",
        method="post",
        tag="WeChat",
        name="gameMediaCheckSync",
        summary="Check a picture by its address, at once",
        description=(
            "Fetches the picture and answers with the verdict. -1008 when it cannot"
            " be fetched."
        ),
        request=(wechat.GameImageRequest,),
        request_examples={
            "usual": {
                "openid": "o4_t144jTUSEoxydysUA2E234_tc",
                "version": 2,
                "scene": 2,
                "media_type": 2,
                "media_url": "https://example.com/picture.jpg",
            }
        },
        responses=wechat_answers(wechat.GameImageAnswer, risky=_GAME),
        security=(TOKEN,),
    ),
    Operation(
        path="/v1/images:check",
        method="post",
        tag="Native",
        name="checkImages",
        summary="Check one picture or several",
        description=(
            "Send a multipart form with `file`, repeated for more, or JSON with `urls`."
            " What is wrong with one of several pictures stands in its result; what is"
            " wrong with a single one is the answer."
        ),
        request=(native.ImagesRequest,),
        request_examples={
            "by address": {
                "urls": ["https://example.com/picture.jpg"],
                "scene": "comment",
            }
        },
        form=native.FORM,
        form_examples={
            "two files": {"file": ["<bytes>", "<bytes>"], "scene": "comment"}
        },
        responses={
            200: Response(
                "A result for each picture.",
                (native.ImagesAnswer,),
                {"two": {"results": [_RESULT, _FAILED], "lexicon_version": "7"}},
            ),
            **_PROBLEMS,
        },
        security=(BEARER, BASIC),
    ),
)
