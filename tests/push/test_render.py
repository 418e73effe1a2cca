"""Events as JSON and as XML that any parser reads."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.push import DOWNLOAD_FAILED, Element, MediaVerdict, Result
from app.push.render import to_json, to_xml
from tests.push.helpers import APPID, event, from_xml

ANY_TEXT = st.text(st.characters(exclude_categories=[]))


def test_json_is_compact_and_not_escaped() -> None:
    body = to_json(event(DOWNLOAD_FAILED).fields())
    assert b'"detail":[],"errcode":-1008,"errmsg":"\xe4\xb8\x8b' in body
    assert b", " not in body


def test_xml_as_in_the_contract() -> None:
    assert to_xml(event().fields()).decode() == (
        "<xml><ToUserName><![CDATA[gh_9df7d78a1234]]></ToUserName>"
        "<FromUserName><![CDATA[o4_t144jTUSEoxydysUA2E234_tc]]></FromUserName>"
        "<CreateTime>1626959646</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        "<Event><![CDATA[wxa_media_check]]></Event>"
        f"<appid><![CDATA[{APPID}]]></appid>"
        "<trace_id><![CDATA[60f96f1d-3845297a-1976a3ae]]></trace_id>"
        "<version>2</version><detail><strategy><![CDATA[content_model]]></strategy>"
        "<errcode>0</errcode><suggest><![CDATA[pass]]></suggest><label>100</label>"
        "<prob>90</prob></detail><errcode>0</errcode><errmsg><![CDATA[ok]]></errmsg>"
        "<result><suggest><![CDATA[pass]]></suggest><label>100</label></result></xml>"
    )


def test_a_detail_stands_once_for_each_element() -> None:
    elements = (Element("content_model"), Element("keyword"))
    verdict = MediaVerdict(Result("pass", 100), elements)
    read = from_xml(to_xml(event(verdict).fields()))
    assert [one["strategy"] for one in read["detail"]] == ["content_model", "keyword"]
    assert "detail" not in from_xml(to_xml(event(DOWNLOAD_FAILED).fields()))


@pytest.mark.parametrize("text", ["]]>", "a]]]>b", "]]>]]>", "</xml><evil/>", "&amp;"])
def test_no_text_leaves_its_section(text: str) -> None:
    read = from_xml(to_xml({"said": text, "errcode": 0}))
    assert read == {"said": text, "errcode": "0"}


@given(ANY_TEXT)
def test_any_text_can_be_read(text: str) -> None:
    read = from_xml(to_xml({"said": text}))
    assert len(read["said"] or "") == len(text.replace("\r\n", "\n"))
    assert set(json.loads(to_json({"said": text}))) == {"said"}
