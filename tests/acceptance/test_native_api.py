"""`POST /v1/texts:check` over a socket: what docs/native-api.md promises."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.operators import until
from tests.acceptance.service import (
    BAIT,
    CLEAN,
    DOUBTFUL,
    RISKY,
    SECRET,
    Json,
    Service,
    service_in,
)
from tests.cli_helpers import ROOT

PATH = "/v1/texts:check"
NOTICE = "因相关法律和要求，相关搜索结果不予展示"


def _send(service: Service, body: Any, **headers: str) -> httpx.Response:
    login = httpx.BasicAuth("plain", SECRET)
    auth = httpx.Auth() if "authorization" in headers else login
    if isinstance(body, bytes):
        return service.client.post(PATH, content=body, auth=auth, headers=headers)
    return service.client.post(PATH, json=body, auth=auth, headers=headers)


def _one(service: Service, text: str, **options: Any) -> Json:
    response = _send(service, {"text": text} | options)
    assert response.status_code == 200, response.text
    [result] = response.json()["results"]
    assert isinstance(result, dict)
    return result


def _problem(response: httpx.Response, status: int, kind: str) -> Json:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    said = response.json()
    assert isinstance(said, dict)
    assert said["type"] == f"urn:seccheck:problem:{kind}"
    assert said["status"] == status
    assert {"title", "detail", "trace_id"} <= set(said)
    return said


def test_a_hit_with_everything_about_it(service: Service) -> None:
    text = "😀先 代-开發｜票 后"
    said = _one(service, text)
    assert (said["suggest"], said["label"], said["label_code"]) == (
        "risky",
        "crime",
        20006,
    )
    [found] = said["findings"]
    assert found["strategy"] == "keyword"
    assert found["term"] == RISKY
    assert (found["suggest"], found["label"]) == ("risky", "crime")
    assert 80 <= found["level"] <= 95
    assert text[found["start"] : found["end"]] == "代-开發｜票"
    assert {"separator", "variant"} <= set(found["folds"])
    assert said["masked_text"] == "😀先 ****** 后"
    assert len(said["trace_id"].split("-")) == 3


def test_a_batch_keeps_its_order(service: Service) -> None:
    body = {
        "texts": [
            CLEAN,
            {"text": RISKY, "id": "b"},
            {"text": BAIT, "scene": "title"},
            BAIT,
            DOUBTFUL,
            "",
        ],
        "scene": "comment",
        "user_id": "u-1",
    }
    said = _send(service, body).json()
    assert [item["suggest"] for item in said["results"]] == [
        "pass",
        "risky",
        "risky",
        "pass",
        "review",
        "pass",
    ]
    assert said["results"][1]["id"] == "b"
    assert said["lexicon_version"] == "1"


def test_explain(service: Service) -> None:
    said = _one(service, f"{RISKY}培训是违法的", explain=True)
    assert said["suggest"] == "pass"
    notes = said["explanation"]
    assert notes["folded"]
    assert isinstance(notes["borders"], list)
    [exempt] = notes["exempt"]
    assert exempt["saved"] is True
    assert exempt["term"] == RISKY
    assert "explanation" not in _one(service, RISKY)


@pytest.mark.parametrize("scene", ["title", "profile", "search", 1, "1"])
def test_the_scene_decides(service: Service, scene: Any) -> None:
    assert _one(service, f"进{BAIT}", scene=scene)["suggest"] == "risky"
    assert _one(service, f"进{BAIT}", scene="comment")["suggest"] == "pass"


def test_only_a_refused_search_has_a_notice(service: Service) -> None:
    assert _one(service, BAIT, scene="search")["notice"] == NOTICE
    assert "notice" not in _one(service, CLEAN, scene="search")
    assert "notice" not in _one(service, BAIT, scene="title")


def test_mask(service: Service) -> None:
    assert _one(service, f"a{RISKY}b", mask="█")["masked_text"] == "a████b"


def test_bearer(service: Service, plain: str) -> None:
    said = _send(service, {"text": RISKY}, authorization=f"Bearer {plain}").json()
    assert said["results"][0]["suggest"] == "risky"


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer x", "Basic", "Basic %%%", "Basic eA==", "Digest a", "\x01"],
)
def test_credentials_refused(service: Service, given: str) -> None:
    response = _send(service, {"text": "a"}, authorization=given)
    if given == "\x01":
        assert response.status_code == 400  # no HTTP at all
        return
    _problem(response, 401, "unauthorized")
    assert "www-authenticate" in response.headers


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"", 400, "bad-json"),
        (b"{", 400, "bad-json"),
        (b'{"text":"\xff"}', 400, "bad-json"),
        (b"[" * 500_000, 400, "bad-json"),
        (b"[]", 422, "invalid-request"),
        (b"{}", 422, "invalid-request"),
        (b'{"text":1}', 422, "invalid-request"),
        (b'{"text":"a","texts":["b"]}', 422, "invalid-request"),
        (b'{"texts":[]}', 422, "invalid-request"),
        (b'{"texts":["a",null,{"text":"b","scene":"x"}]}', 422, "invalid-request"),
        (b'{"text":"a","sceen":"x"}', 422, "invalid-request"),
        (b'{"text":"a","mask":"**"}', 422, "invalid-request"),
        (b'{"text":"a","explain":"yes"}', 422, "invalid-request"),
        (b'{"text":"' + b"a" * 100_001 + b'"}', 422, "invalid-request"),
        (b'{"text":"' + b"a" * (9 << 20) + b'"}', 413, "body-too-large"),
    ],
)
def test_bad_input(service: Service, body: bytes, status: int, kind: str) -> None:
    said = _problem(_send(service, body), status, kind)
    if status == 422:
        assert said["errors"]
        assert all({"pointer", "detail"} <= set(item) for item in said["errors"])


def test_pointers_name_the_field(service: Service) -> None:
    response = _send(service, {"texts": ["a", {"text": "b", "scene": "x"}]})
    said = _problem(response, 422, "invalid-request")
    assert [item["pointer"] for item in said["errors"]] == ["/texts/1/scene"]


@pytest.mark.parametrize(
    "body",
    [
        rb'{"text":"\ud83d"}',
        rb'{"text":"a\u0000b","mask":"\ud800"}',
        rb'{"texts":["\udfff",{"text":"x","id":"\udfff"}],"explain":true}',
    ],
)
def test_odd_characters_get_a_verdict(service: Service, body: bytes) -> None:
    response = _send(service, body)
    assert response.status_code == 200, response.text
    assert response.json()["results"][0]["suggest"] == "pass"


def test_a_megabyte_of_one_line(service: Service) -> None:
    texts = ["好" * 100_000, "a " * 50_000, ")" * 100_000]
    response = _send(service, {"texts": texts, "scene": "search"})
    assert response.status_code == 200


def test_other_methods_and_addresses(service: Service) -> None:
    got = service.client.get(PATH)
    _problem(got, 405, "method-not-allowed")
    assert got.headers["allow"] == "POST"
    _problem(service.client.get("/v1/nothing"), 404, "not-found")
    _problem(service.client.get("/"), 404, "not-found")


def test_the_document_is_the_one_in_the_repository(service: Service) -> None:
    served = service.client.get("/openapi.json")
    assert served.status_code == 200
    kept = (ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8")
    assert served.json() == json.loads(kept)


def test_a_quota_in_texts(service: Service) -> None:
    service.create_app("metered", "day_limit=3")
    login = ("metered", SECRET)
    full = service.client.post(PATH, json={"texts": ["a"] * 4}, auth=login)
    said = _problem(full, 429, "quota-exceeded")
    assert int(full.headers["retry-after"]) > 0
    assert said["title"] == "The quota is used up"
    fits = service.client.post(PATH, json={"texts": ["a"] * 3}, auth=login)
    assert fits.status_code == 200


def test_the_content_model_speaks_when_it_is_on(tmp_path: Path) -> None:
    with service_in(tmp_path, SECCHECK_CONTENT_MODEL="on") as service:
        token = service.token(service.create_app("plain"))

        def version() -> object:
            return service.client.get("/readyz").json()["content_model"]

        assert until(version)
        said = service.check(token, "今天天气真好，去公园走走")
        (model, _) = said["detail"]
        assert (model["strategy"], model["errcode"]) == ("content_model", 0)
        assert (model["suggest"], model["label"]) == ("pass", 100)
        assert 50 < model["prob"] <= 100
