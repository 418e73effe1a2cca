"""`/wxa/msg_sec_check`, versions 1 and 2, and the mini-game text check."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.api.jsonio import dumps
from app.api.rooms import LONG_TEXT, check, judge
from app.api.wechat import errors, fields, render
from app.api.wechat.acceptance import is_acceptance_string
from app.api.wechat.errors import WechatError
from app.domain.finding import Suggest
from app.domain.scenes import WECHAT_SCENES, Scene
from app.domain.verdict import CLEAN
from app.text.audience import Audience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.api.rooms import Rooms
    from app.api.wechat.endpoint import Call
    from app.domain.verdict import Verdict
    from app.text.result import TextResult

TEXT_PATH = "/wxa/msg_sec_check"
GAME_PATH = "/wxa/game/content_spam/msg_sec_check"

_OK = b'{"errcode":0,"errmsg":"ok"}'
_V1_BYTES = 500 * 1024
_BYTES_PER_CODE_POINT = 4
_OPENID_LENGTH = 128
_ABSENT = (None, "")
_OTHERS = frozenset({"title", "nickname", "signature"})
_TEXT_SCENES = {n: scene for n, scene in WECHAT_SCENES.items() if n != 5}


@dataclass(slots=True)
class TextRequest:
    """A version 2 request: `parts` are all texts to check, `content` first."""

    scene: Scene
    parts: list[tuple[str, Scene]]


async def check_text(rooms: "Rooms", call: "Call") -> bytes:
    """Answer `/wxa/msg_sec_check`: version 1 when none is named."""
    require_ready(rooms)
    version = fields.number(call.fields, "version")
    if version == 2:
        return await _check_v2(rooms, call)
    if version in (None, 1):
        return await _check_v1(rooms, call)
    raise WechatError(errors.BAD_DATA)


async def check_game_text(rooms: "Rooms", call: "Call") -> bytes:
    """Answer the mini-game check: version 2 with `replaced_content`."""
    require_ready(rooms)
    if fields.number(call.fields, "version") not in (None, 2):
        raise WechatError(errors.BAD_DATA)
    rules = call.owner.effective
    request = _read(rooms, call, WECHAT_SCENES)
    verdict, results = await _run(rooms, call, GAME_PATH, request)
    shown = render.result(verdict, _review_as(rules.review_as, results))
    content = request.parts[0][0]
    if shown["suggest"] == Suggest.PASS:
        shown["replaced_content"] = content
    else:
        shown["replaced_content"] = _replaced(content, verdict, results[0])
    return dumps(
        {
            "errcode": 0,
            "errmsg": "ok",
            "result": shown,
            "detail": render.detail(
                verdict, render.GAME_MODEL, rules, render.clean_prob(results, rules)
            ),
            "trace_id": rooms.rids.new(),
        }
    )


async def _check_v1(rooms: "Rooms", call: "Call") -> bytes:
    content = fields.required(call.fields, "content")
    if _byte_length(content) > _V1_BYTES:
        raise WechatError(errors.TOO_LONG)
    if is_acceptance_string(content):
        raise WechatError(errors.RISKY)
    scene = default_scene(rooms, call)
    request = TextRequest(scene, [(content, scene)])
    verdict, results = await _run(rooms, call, TEXT_PATH, request)
    said = verdict.suggest
    if said is Suggest.REVIEW:
        said = Suggest(_review_as(call.owner.effective.v1_review_as, results))
    if said is Suggest.RISKY:
        raise WechatError(errors.RISKY)
    return _OK


async def _check_v2(rooms: "Rooms", call: "Call") -> bytes:
    rules = call.owner.effective
    request = _read(rooms, call, _TEXT_SCENES)
    verdict, results = await _run(rooms, call, TEXT_PATH, request)
    trace_id = rooms.rids.new()
    clean = render.clean_prob(results, rules)
    if verdict is CLEAN:
        head, tail = render.clean_reply(render.CONTENT_MODEL, clean)
        return head + trace_id.encode() + tail
    return dumps(
        {
            "errcode": 0,
            "errmsg": "ok",
            "result": render.result(verdict, _review_as(rules.review_as, results)),
            "detail": render.detail(verdict, render.CONTENT_MODEL, rules, clean),
            "trace_id": trace_id,
        }
    )


def require_ready(rooms: "Rooms") -> None:
    """Refuse while there is no lexicon: what was not checked is never `pass`.

    Raises:
        WechatError: -1, system error.
    """
    if not rooms.checker.ready:
        raise WechatError(errors.SYSTEM_ERROR)


def default_scene(rooms: "Rooms", call: "Call") -> Scene:
    """The scene of a call that names none."""
    return call.owner.effective.default_scene or Scene(rooms.settings.default_scene)


def _read(rooms: "Rooms", call: "Call", known: "Mapping[int, Scene]") -> TextRequest:
    """Read a version 2 request; complaints come in WeChat's order.

    What is missing first (47001), then the scene (40129), then the openid (40003).
    """
    given, rules = call.fields, call.owner.effective
    content = fields.required(given, "content")
    if rules.require_scene and given.get("scene") in _ABSENT:
        raise WechatError(errors.BAD_DATA)
    if rules.require_openid and given.get("openid") in _ABSENT:
        raise WechatError(errors.BAD_DATA)
    number = fields.number(given, "scene", errors.BAD_SCENE)
    if number is not None and number not in known:
        raise WechatError(errors.BAD_SCENE)
    check_openid(fields.text(given, "openid", errors.BAD_OPENID))
    scene = default_scene(rooms, call) if number is None else known[number]
    parts = [(content, scene), *_other_parts(given, scene)]
    if any(len(part) > rules.max_content for part, _ in parts):
        raise WechatError(errors.TOO_LONG)
    return TextRequest(scene, parts)


def _other_parts(given: fields.Fields, scene: Scene) -> list[tuple[str, Scene]]:
    parts: list[tuple[str, Scene]] = []
    if _OTHERS.isdisjoint(given):
        return parts
    if title := fields.text(given, "title"):
        parts.append((title, scene))
    if nickname := fields.text(given, "nickname"):
        # A name, wherever the content beside it stands.
        parts.append((nickname, Scene.PROFILE))
    signature = fields.text(given, "signature")
    if signature and scene is Scene.PROFILE:
        parts.append((signature, scene))
    return parts


def check_openid(openid: str) -> None:
    """Refuse what can be no openid; an empty one is absent.

    Raises:
        WechatError: 40003.
    """
    if len(openid) > _OPENID_LENGTH or not openid.isprintable():
        raise WechatError(errors.BAD_OPENID)


async def _run(
    rooms: "Rooms", call: "Call", api: str, request: TextRequest
) -> "tuple[Verdict, list[TextResult]]":
    checker, characters, results = rooms.checker, 0, list["TextResult"]()
    audience = Audience(call.owner.appid)
    for text, scene in request.parts:
        characters += len(text)
        if len(text) <= LONG_TEXT:
            results.append(checker.check(text, scene=scene, audience=audience))
        else:
            results.append(await check(checker, text, scene, audience))
    verdict = judge(results)
    rooms.metrics.verdict(api, verdict, characters)
    _tell(rooms, call, request, results)
    return verdict, results


def _tell(
    rooms: "Rooms", call: "Call", request: TextRequest, results: "list[TextResult]"
) -> None:
    """Let observers know of each part."""
    appid, openid = call.owner.appid, call.fields.get("openid")
    user_id = openid if isinstance(openid, str) else None
    for (text, scene), result in zip(request.parts, results, strict=True):
        rooms.watch.checked(appid, user_id, scene, text, judge((result,)))


def _review_as(wanted: str, results: "list[TextResult]") -> str:
    """What `review` turns into; never `pass` for a text not checked to its end.

    Otherwise a flood of harmless hits would carry a bad word past the cap.
    """
    whole = not any(result.truncated for result in results)
    return render.review_shown_as(wanted, whole=whole)


def _replaced(content: str, verdict: "Verdict", result: "TextResult") -> str:
    """Mask what was hit; the whole text when no single word can be named."""
    named = any(finding.start is not None for finding in verdict.findings)
    return result.masked if named else "*" * len(content)


def _byte_length(content: str) -> int:
    if len(content) * _BYTES_PER_CODE_POINT <= _V1_BYTES:
        return len(content)
    return len(content.encode("utf-8", "surrogatepass"))
