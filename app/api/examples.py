"""Examples and shapes that the descriptions of several endpoints share."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from app.api.operation import Response
from app.api.problems import TITLES
from app.api.v1 import schemas as native
from app.api.wechat import schemas as wechat

RID = "60fa6713-49187ba1-7a8cf8a7"
OK = {"errcode": 0, "errmsg": "ok"}


def refusal(code: int, words: str) -> dict[str, Any]:
    """An error in WeChat's shape."""
    return {"errcode": code, "errmsg": f"{words} rid: {RID}"}


def wechat_answers(
    *models: type[BaseModel], **examples: dict[str, Any]
) -> Mapping[int, Response]:
    """The answers of a compatible endpoint."""
    shown = {**examples, "refused": refusal(47001, "data format error")}
    models = (*models, wechat.WechatRefusal)
    return {200: Response("The answer or an error, both with 200.", models, shown)}


def problem(
    status: int, kind: str, detail: str, at: str = "/texts/0"
) -> dict[str, Any]:
    """A problem document."""
    shown: dict[str, Any] = {
        "type": f"urn:seccheck:problem:{kind}",
        "title": TITLES[kind],
        "status": status,
        "detail": detail,
        "trace_id": RID,
    }
    if kind == "invalid-request":
        shown["errors"] = [{"pointer": at, "detail": "must be a string"}]
    return shown


def problems(*rows: tuple[int, str, str], at: str = "/texts/0") -> dict[int, Response]:
    """The problems of an endpoint, by status."""
    found: dict[int, dict[str, Any]] = {}
    for status, kind, detail in rows:
        found.setdefault(status, {})[kind] = problem(status, kind, detail, at)
    return {status: _response(status, found[status]) for status in found}


def _response(status: int, shown: dict[str, Any]) -> Response:
    headers = {"Retry-After": "Seconds to wait."} if status in {429, 503} else {}
    description = "; or ".join(each["title"] for each in shown.values())
    return Response(
        description, (native.Problem,), shown, "application/problem+json", headers
    )
