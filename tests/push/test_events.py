"""The fields of an event, as contract section 5.1 has them."""

import pytest

from app.push import (
    DOWNLOAD_FAILED,
    UNREADABLE,
    Element,
    MediaVerdict,
    Result,
    account_name,
    sender_name,
)
from tests.push.helpers import APPID, event

RISKY = MediaVerdict(Result("risky", 20002))


def test_version_2() -> None:
    assert list(event().fields().items()) == [
        ("ToUserName", "gh_9df7d78a1234"),
        ("FromUserName", "o4_t144jTUSEoxydysUA2E234_tc"),
        ("CreateTime", 1_626_959_646),
        ("MsgType", "event"),
        ("Event", "wxa_media_check"),
        ("appid", APPID),
        ("trace_id", "60f96f1d-3845297a-1976a3ae"),
        ("version", 2),
        (
            "detail",
            [
                {
                    "strategy": "content_model",
                    "errcode": 0,
                    "suggest": "pass",
                    "label": 100,
                    "prob": 90,
                }
            ],
        ),
        ("errcode", 0),
        ("errmsg", "ok"),
        ("result", {"suggest": "pass", "label": 100}),
    ]


def test_version_2_without_a_download_has_no_result() -> None:
    fields = event(DOWNLOAD_FAILED).fields()
    assert "result" not in fields
    assert fields["detail"] == []
    assert fields["errcode"] == -1008
    assert fields["errmsg"] == "下载错误,请检查媒体链接是否有效"


def test_version_1() -> None:
    trace_id = "b170f800089cbf674e6145bd8493e000"
    fields = event(RISKY, version=1, trace_id=trace_id).fields()
    assert list(fields.items())[3:] == [
        ("MsgType", "event"),
        ("Event", "wxa_media_check"),
        ("isrisky", 1),
        ("extra_info_json", ""),
        ("appid", APPID),
        ("trace_id", trace_id),
        ("status_code", 0),
    ]


@pytest.mark.parametrize(
    ("verdict", "isrisky", "status_code"),
    [
        (RISKY, 1, 0),
        (MediaVerdict(Result("review", 20002)), 0, 0),
        (DOWNLOAD_FAILED, 0, 4294966288),
        (UNREADABLE, 0, 4294966287),
        (MediaVerdict(errcode=43104, errmsg="no permission"), 0, 43104),
    ],
)
def test_version_1_numbers(
    verdict: MediaVerdict, isrisky: int, status_code: int
) -> None:
    fields = event(verdict, version=1).fields()
    assert (fields["isrisky"], fields["status_code"]) == (isrisky, status_code)


def test_an_element_has_only_what_it_was_given() -> None:
    assert Element("keyword").fields() == {"strategy": "keyword", "errcode": 0}
    full = Element("keyword", 0, "risky", 20006, level=90, keyword="代开")
    assert list(full.fields()) == [
        *("strategy", "errcode", "suggest", "label", "level", "keyword"),
    ]


def test_what_was_not_checked_is_no_pass() -> None:
    with pytest.raises(ValueError, match="a result or an error"):
        MediaVerdict()
    with pytest.raises(ValueError, match="a result or an error"):
        MediaVerdict(Result("pass", 100), errcode=-1008)


def test_names_are_stable_and_have_the_usual_form() -> None:
    assert account_name("a") == account_name("a") != account_name("b")
    assert account_name("a").startswith("gh_")
    assert len(account_name("a")) == len("gh_9df7d78a1234")
    first, second = sender_name("60f96f1d-1"), sender_name("60f96f1d-2")
    assert first == sender_name("60f96f1d-1") != second
    assert len(first) == len("o4_t144jTUSEoxydysUA2E234_tc")
