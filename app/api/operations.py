"""The raw endpoints, described for the OpenAPI document."""

from app.api.examples import OK, RID, problems, refusal, wechat_answers
from app.api.operation import BASIC, BEARER, TOKEN, Operation, Response
from app.api.operations_images import IMAGES
from app.api.operations_media import MEDIA
from app.api.operations_probes import PROBES
from app.api.v1 import schemas as native
from app.api.wechat import schemas as wechat

_HIT = {
    "strategy": "keyword",
    "errcode": 0,
    "suggest": "risky",
    "label": 20006,
    "level": 90,
    "keyword": "办证刻章",
}
_V2_RISKY = {
    **OK,
    "result": {"suggest": "risky", "label": 20006},
    "detail": [{"strategy": "content_model", "errcode": -1}, _HIT],
    "trace_id": RID,
}
_V2_PASS = {
    **OK,
    "result": {"suggest": "pass", "label": 100},
    "detail": [
        {"strategy": "content_model", "errcode": -1},
        {"strategy": "keyword", "errcode": 0},
    ],
    "trace_id": RID,
}
_GAME_RISKY = {
    **_V2_RISKY,
    "result": {
        "suggest": "risky",
        "label": 20006,
        "replaced_content": "专业****，当天取",
    },
    "detail": [{"strategy": "minigame_content_model", "errcode": -1}, _HIT],
}
_QUOTA = {
    **OK,
    "quota": {"daily_limit": 2000000, "used": 12, "remain": 1999988},
    "rate_limit": {"call_count": 4000, "refresh_second": 60},
    "component_rate_limit": {"call_count": 0, "refresh_second": 0},
}
_RID_FOUND = {
    **OK,
    "request": {
        "invoke_time": 1626990355,
        "cost_in_ms": 1,
        "request_url": "/wxa/msg_sec_check",
        "request_body": "",
        "response_body": f'{{"errcode":40129,"errmsg":"invalid scene rid: {RID}"}}',
        "client_ip": "",
    },
}
_TOKEN = {"access_token": "0fXk…", "expires_in": 7200}
_FINDING = {
    "strategy": "keyword",
    "label": "crime",
    "label_code": 20006,
    "suggest": "risky",
    "level": 90,
    "term": "办证刻章",
    "start": 2,
    "end": 8,
    "folds": ["separator"],
}
_RESULT = {
    "id": "c-1",
    "suggest": "risky",
    "label": "crime",
    "label_code": 20006,
    "findings": [_FINDING],
    "masked_text": "专业******，当天取",
    "trace_id": RID,
}
_CLEAN = {
    "suggest": "pass",
    "label": "normal",
    "label_code": 100,
    "findings": [],
    "masked_text": "今天天气真好",
    "trace_id": RID,
}


_PROBLEMS = problems(
    (400, "bad-json", "Send a JSON object in UTF-8."),
    (401, "unauthorized", "The token is unknown."),
    (403, "app-disabled", "The operator has disabled it."),
    (405, "method-not-allowed", "Use POST."),
    (408, "body-too-slow", "Send it faster."),
    (413, "body-too-large", "Send fewer texts."),
    (422, "invalid-request", "See `errors`."),
    (429, "quota-exceeded", "Wait for Retry-After."),
    (500, "internal", "Please try again."),
    (503, "not-ready", "The lexicon is being loaded."),
    (503, "unavailable", "The database is out of reach."),
)

_TEXT_REQUEST = {
    "version": 2,
    "scene": 2,
    "openid": "o4_t144jTUSEoxydysUA2E234_tc",
    "content": "专业办证刻章，当天取",
}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        path="/wxa/msg_sec_check",
        method="post",
        tag="WeChat",
        name="msgSecCheck",
        summary="Check a text",
        description=(
            "Version 1 answers `ok` or 87014. Version 2 answers errcode 0 for every"
            " text that was checked; the verdict is in `result`. The body is read as"
            ' UTF-8 JSON whatever its Content-Type says; `null` and `""` mean absent;'
            " numbers may be strings; unknown fields are ignored."
        ),
        request=(wechat.TextCheckV2Request, wechat.TextCheckV1Request),
        request_examples={"v2": _TEXT_REQUEST, "v1": {"content": "今天天气真好"}},
        responses=wechat_answers(
            wechat.TextCheckAnswer,
            wechat.WechatOk,
            v2_risky=_V2_RISKY,
            v2_pass=_V2_PASS,
            v1_pass=OK,
            v1_risky=refusal(87014, "risky content"),
        ),
        security=(TOKEN,),
    ),
    Operation(
        path="/wxa/game/content_spam/msg_sec_check",
        method="post",
        tag="WeChat",
        name="gameMsgSecCheck",
        summary="Check a text of a game, with a masked text to show",
        description="As version 2 of the text check, plus `replaced_content`.",
        request=(wechat.GameTextRequest,),
        request_examples={"chat": {**_TEXT_REQUEST, "scene": 5}},
        responses=wechat_answers(wechat.GameTextAnswer, risky=_GAME_RISKY),
        security=(TOKEN,),
    ),
    Operation(
        path="/cgi-bin/token",
        method="get",
        tag="WeChat",
        name="getAccessToken",
        summary="Get a new access token",
        description="The former token stays valid for five minutes.",
        query={
            "grant_type": "Always `client_credential`.",
            "appid": "The app.",
            "secret": "Its secret.",
        },
        responses=wechat_answers(wechat.TokenAnswer, token=_TOKEN),
    ),
    Operation(
        path="/cgi-bin/stable_token",
        method="post",
        tag="WeChat",
        name="getStableAccessToken",
        summary="Get the app's stable access token",
        description="The same token until shortly before it ends.",
        request=(wechat.StableTokenRequest,),
        request_examples={
            "usual": {
                "grant_type": "client_credential",
                "appid": "wx0123456789abcdef",
                "secret": "0123456789abcdef0123456789abcdef",
            }
        },
        responses=wechat_answers(wechat.TokenAnswer, token=_TOKEN),
    ),
    Operation(
        path="/cgi-bin/clear_quota",
        method="post",
        tag="WeChat",
        name="clearQuota",
        summary="Start the app's counts anew",
        description="Ten times a month; the appid must be the token's own.",
        request=(wechat.ClearQuotaRequest,),
        request_examples={"usual": {"appid": "wx0123456789abcdef"}},
        responses=wechat_answers(wechat.WechatOk, done=OK),
        security=(TOKEN,),
    ),
    Operation(
        path="/cgi-bin/clear_quota/v2",
        method="post",
        tag="WeChat",
        name="clearQuotaByAppSecret",
        summary="Start the app's counts anew, by secret",
        description="Ten times a month, counted together with clear_quota.",
        request=(wechat.ClearQuotaV2Request,),
        request_examples={
            "usual": {
                "appid": "wx0123456789abcdef",
                "appsecret": "0123456789abcdef0123456789abcdef",
            }
        },
        responses=wechat_answers(wechat.WechatOk, done=OK),
    ),
    Operation(
        path="/cgi-bin/openapi/quota/get",
        method="post",
        tag="WeChat",
        name="getApiQuota",
        summary="Tell how much of an API's quota is used",
        description=(
            "For the text checks, the native one (`/v1/texts:check`, which counts"
            " texts) included; other paths answer 76021."
        ),
        request=(wechat.QuotaGetRequest,),
        request_examples={"usual": {"cgi_path": "/wxa/msg_sec_check"}},
        responses=wechat_answers(wechat.QuotaAnswer, found=_QUOTA),
        security=(TOKEN,),
    ),
    Operation(
        path="/cgi-bin/openapi/rid/get",
        method="post",
        tag="WeChat",
        name="getRidInfo",
        summary="Tell what became of a failed request",
        description="For seven days, and only to the app that made the request.",
        request=(wechat.RidGetRequest,),
        request_examples={"usual": {"rid": RID}},
        responses=wechat_answers(wechat.RidAnswer, found=_RID_FOUND),
        security=(TOKEN,),
    ),
    Operation(
        path="/v1/texts:check",
        method="post",
        tag="Native",
        name="checkTexts",
        summary="Check one text or many",
        description=(
            "Send `text` for one text or `texts` for up to 1000; both answer with"
            " `results` in order. Admits an access token from /cgi-bin/token as Bearer"
            " token, or appid and secret by HTTP Basic."
        ),
        request=(native.OneTextRequest, native.TextsRequest),
        request_examples={
            "one": {"text": "专业办·证·刻章，当天取", "scene": "comment"},
            "many": {
                "texts": [
                    {"text": "专业办·证·刻章，当天取", "id": "c-1"},
                    "今天天气真好",
                ],
                "scene": "forum",
            },
            "chosen lists": {
                "text": "专业办·证·刻章，当天取",
                "user_id": "u-1",
                "lists": ["crime", "fraud"],
            },
        },
        responses={
            200: Response(
                "A result for each text.",
                (native.TextsAnswer,),
                {
                    "many": {
                        "results": [_RESULT, _CLEAN],
                        "lexicon_version": "7",
                        "model_version": "3f2a9c1b7d40",
                    }
                },
            ),
            **_PROBLEMS,
        },
        security=(BEARER, BASIC),
    ),
    *IMAGES,
    *MEDIA,
    *PROBES,
)
