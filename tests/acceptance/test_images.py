"""Pictures, checked by a real service with its workers, asked by real clients."""

import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from tests.acceptance.operators import until
from tests.acceptance.service import (
    CLEAN,
    RISKY,
    SECRET,
    Json,
    Service,
    answer,
    refused,
    service_in,
)
from tests.acceptance.test_documented_clients import CLIENTS
from tests.acceptance.test_wechatpy import _client as wechatpy
from tests.image.files import bomb, gif_screen, png, speckled, webp_canvas
from tests.image.pictures.paint import HAVE_FONTS, blank, font
from tests.server_helpers import SECONDS

IMAGE = "/wxa/img_sec_check"
NATIVE = "/v1/images:check"
OK = {"errcode": 0, "errmsg": "ok"}
SOON = "银杏大道"
"""Becomes a listed word in the middle of the tests."""
READS = find_spec("rapidocr") is not None
reading = pytest.mark.skipif(
    not (READS and HAVE_FONTS),
    reason="needs the extra 'ocr' and Debian's fonts-noto-cjk",
)
NO_OCR = {"SECCHECK_IMAGE_CLASSIFIERS": "codes,known"}


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    written = io.BytesIO()
    picture.save(written, kind)
    return written.getvalue()


def card(text: str, kind: str = "JPEG") -> bytes:
    """A picture on which this is written."""
    sheet = blank(480, 160)
    draw = ImageDraw.Draw(sheet)
    draw.text((30, 50), text, font=font(40), fill=(20, 20, 20))
    return encoded(sheet, kind)


def qr(text: str) -> bytes:
    """A picture of a QR code that says this."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=5))
    sheet = blank(drawn.width + 60, drawn.height + 60)
    sheet.paste(drawn.convert("RGB"), (30, 30))
    return encoded(sheet)


@contextmanager
def looking(folder: Path, **settings: str) -> Iterator[Service]:
    """A service that looks at pictures, and already can."""
    with service_in(folder, SECCHECK_IMAGE_WORKERS="1", **settings) as service:

        def ready() -> bool:
            shown = service.client.get("/readyz").json()["images"]
            return bool(shown["workers_ready"])

        until(ready)
        service.create_app("plain", "v1_image_review_as=pass")
        yield service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = {} if READS else NO_OCR
    with looking(tmp_path_factory.mktemp("images"), **settings) as running:
        running.create_app("usual")
        yield running


@pytest.fixture(scope="module")
def token(service: Service) -> str:
    return service.token("plain")


def send(service: Service, token: str, picture: bytes) -> Json:
    """Upload as curl does."""
    return answer(
        service.client.post(
            IMAGE,
            params={"access_token": token},
            files={"media": ("picture.png", picture, "image/png")},
        )
    )


def native(service: Service, token: str, *pictures: bytes, **fields: str) -> Any:
    return service.client.post(
        NATIVE,
        headers={"authorization": f"Bearer {token}"},
        files=[("file", ("picture", each)) for each in pictures],
        data=fields,
    )


def result(response: httpx.Response) -> Json:
    assert response.status_code == 200, response.text
    (shown,) = response.json()["results"]
    assert isinstance(shown, dict)
    return shown


# --- clients


@pytest.mark.sdk
def test_wechatpy_uploads(service: Service) -> None:
    client = wechatpy(service, "plain")
    assert client.wxa.check_image_security(io.BytesIO(png(300, 200))) == OK
    with pytest.raises(Exception, match="risky content rid: ") as caught:
        client.wxa.check_image_security(io.BytesIO(qr(f"专业{RISKY}")))
    assert getattr(caught.value, "errcode", None) == 87014
    client._http.close()


@pytest.mark.sdk
def test_node_easywechat_uploads(service: Service, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules").is_dir():
        pytest.skip("no node, or its packages are not installed (`make test` does)")
    (tmp_path / "clean.png").write_bytes(png(300, 200))
    (tmp_path / "risky.png").write_bytes(qr(f"专业{RISKY}"))
    settings = {
        "app_id": "plain",
        "secret": SECRET,
        "http": {"baseURL": service.server.base, "throw": False},
    }
    program = f"""
const {{ MiniApp }} = require('node-easywechat');
(async () => {{
  const client = new MiniApp({json.dumps(settings)}).getClient();
  for (const name of ['clean.png', 'risky.png']) {{
    const said = await client.withFile(name, 'media').post('wxa/img_sec_check');
    console.log(said.toObject(false).errcode);
  }}
}})();
"""
    kept = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    ran = subprocess.run(
        (node, "-e", program),
        cwd=tmp_path,
        env=kept | {"NODE_PATH": str(CLIENTS / "node_modules")},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ran.stdout.split() == ["0", "87014"], ran.stderr


def test_as_curl_sends(service: Service, token: str) -> None:
    assert send(service, token, png(300, 200)) == OK
    refused(send(service, token, qr(RISKY)), 87014, "risky content")
    params = {"access_token": token}
    said = service.client.post(IMAGE, params=params, content=qr(RISKY))
    refused(answer(said), 87014, "risky content")


# --- what is seen


def test_a_harmless_code_is_what_the_app_makes_of_it(
    service: Service, token: str
) -> None:
    harmless = qr(f"https://example.com/{CLEAN}")
    assert send(service, token, harmless) == OK
    usual = service.token("usual")
    refused(send(service, usual, harmless), 87014, "risky content")
    said = result(native(service, token, harmless))
    assert (said["suggest"], said["label"]) == ("review", "ads")
    assert {each["term"] for each in said["findings"]} >= {"link code"}


def test_the_native_answer_tells_where(service: Service, token: str) -> None:
    said = result(native(service, token, qr(f"专业{RISKY}"), explain="true"))
    (hit,) = [each for each in said["findings"] if each.get("term") == RISKY]
    assert (hit["strategy"], hit["code"], hit["suggest"]) == (
        "qrcode",
        "QRCode",
        "risky",
    )
    assert hit["text"][hit["start"] : hit["end"]] == RISKY
    (box,) = hit["boxes"]
    assert box["left"] >= 20
    assert box["width"] > 50
    assert "codes" in said["models"]
    assert said["readings"]
    assert all(each["forgiven"] for each in said["not_run"])


@reading
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_words_are_read_in_every_format(
    service: Service, token: str, kind: str
) -> None:
    refused(send(service, token, card(f"专业{RISKY}", kind)), 87014, "risky content")


@reading
def test_words_are_shown_where_they_are(service: Service, token: str) -> None:
    assert send(service, token, card(CLEAN)) == OK
    said = result(native(service, token, card(f"专业{RISKY}")))
    assert (said["suggest"], said["label"]) == ("risky", "crime")
    (hit,) = [each for each in said["findings"] if each.get("term") == RISKY]
    assert hit["strategy"] == "ocr"
    assert hit["text"][hit["start"] : hit["end"]] == RISKY
    (box,) = hit["boxes"]
    assert 0 <= box["left"] <= 60
    assert box["top"] < 110
    assert box["width"] > 150


def test_a_new_word_counts_for_the_next_picture(service: Service, token: str) -> None:
    pictures = [qr(f"周末{SOON}")]
    if READS and HAVE_FONTS:
        pictures.append(card(f"周末{SOON}"))
    for picture in pictures:
        assert send(service, token, picture) == OK
    service.cli("wordlist", "block", SOON, "--label", "ads", "--why", "a test")
    until(lambda: send(service, token, pictures[0]) != OK)
    for picture in pictures:
        refused(send(service, token, picture), 87014, "risky content")


# --- trouble


@pytest.mark.parametrize(
    "hostile",
    [bomb(9000), gif_screen(65_535, 65_535), webp_canvas(16_000, 16_000)],
    ids=["PNG", "GIF", "WebP"],
)
def test_bombs_are_refused_and_the_next_is_served(
    service: Service, token: str, hostile: bytes
) -> None:
    refused(send(service, token, hostile), 40006, "invalid media size")
    said = native(service, token, hostile)
    assert said.status_code == 413
    assert said.json()["type"].endswith(":picture-too-large")
    assert send(service, token, png(300, 200)) == OK


def test_halves_and_rubbish_are_refused_and_the_next_is_served(
    service: Service, token: str
) -> None:
    whole = encoded(speckled(200, 200))
    said = send(service, token, whole[: len(whole) // 2])
    refused(said, 87015, "query timeout, try a content with less size")
    refused(send(service, token, whole[:12]), 47001, "data format error")
    refused(send(service, token, b"no picture"), 47001, "data format error")
    refused(send(service, token, b""), 41005, "media data missing")
    several = native(service, token, whole, b"rubbish", qr(RISKY)).json()["results"]
    assert [each.get("suggest") for each in several] == ["pass", None, "risky"]
    assert several[1]["problem"]["status"] == 415


def test_our_own_network_is_not_fetched(service: Service, token: str) -> None:
    said = service.client.post(
        NATIVE,
        headers={"authorization": f"Bearer {token}"},
        json={"urls": [f"{service.server.base}/metrics"]},
    )
    assert said.status_code == 422
    assert said.json()["type"].endswith(":picture-not-fetched")


def test_metrics_count_pictures(service: Service, token: str) -> None:
    send(service, token, png(300, 200))
    shown = service.client.get("/metrics").text
    (line,) = [
        line
        for line in shown.splitlines()
        if line.startswith("seccheck_image_verdicts_total")
        and IMAGE in line
        and 'suggest="pass"' in line
    ]
    assert float(line.split()[-1]) >= 1


# --- what is not there


def test_a_classifier_that_is_not_there_holds_every_picture(tmp_path: Path) -> None:
    wanted = {"SECCHECK_IMAGE_CLASSIFIERS": "codes,known,nosuch"}
    with looking(tmp_path, **wanted, SECCHECK_IMAGE_QUEUE="0") as service:
        token = service.token("plain")
        shown = service.client.get("/readyz").json()["images"]
        assert set(shown["missing"]) == {"nosuch"}
        said = result(native(service, token, png()))
        assert (said["suggest"], said["label"]) == ("review", "other")
        (told,) = said["not_run"]
        assert (told["classifier"], told["forgiven"]) == ("nosuch", False)
        timeout = "query timeout, try a content with less size"
        refused(send(service, token, png()), 87015, timeout)
        refused(send(service, token, qr("你好")), 87015, timeout)
        refused(send(service, token, qr(RISKY)), 87014, "risky content")
        _too_many_at_once(service, token)


def _too_many_at_once(service: Service, token: str) -> None:
    """One worker and nobody may wait: of four pictures one is looked at."""
    large = encoded(speckled(900, 900))
    several = native(service, token, *[large] * 4).json()["results"]
    busy = [each["problem"] for each in several if "problem" in each]
    assert {each["type"] for each in busy} == {"urn:seccheck:problem:busy"}
    assert 1 <= len(busy) <= 3
    assert result(native(service, token, png()))["suggest"] == "review"


def test_one_that_may_be_absent_lets_pictures_pass(tmp_path: Path) -> None:
    lenient = {
        "SECCHECK_IMAGE_CLASSIFIERS": "codes,known,nosuch",
        "SECCHECK_IMAGE_LENIENT": '{"nosuch":"absent"}',
    }
    with looking(tmp_path, **lenient) as service:
        token = service.token("plain")
        said = result(native(service, token, png()))
        assert said["suggest"] == "pass"
        (told,) = said["not_run"]
        assert (told["classifier"], told["forgiven"]) == ("nosuch", True)
        assert send(service, token, png()) == OK
