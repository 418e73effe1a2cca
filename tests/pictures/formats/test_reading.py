"""Files of pictures: every format read, every mistake named with its line."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.labels import Label
from app.pictures.formats import (
    WRITTEN,
    Defaults,
    Format,
    Row,
    WrittenFormat,
    chunks,
    head,
    iter_pictures,
)
from app.pictures.formats.elements import MAX_ELEMENT
from app.pictures.picture import Picture, to_picture, to_row
from tests.pictures.house import hashed, picture

HEX = [hashed(number).hex() for number in range(6)]


def read(
    text: str | bytes, form: Format = "auto", defaults: Defaults | None = None
) -> list[Row]:
    raw = text.encode() if isinstance(text, str) else text
    return list(iter_pictures(BytesIO(raw), form, defaults))


def pictures(*given: Any, **how: Any) -> list[Picture]:
    rows = read(*given, **how)
    assert [row.problems for row in rows] == [()] * len(rows)
    return [row.item.picture for row in rows if row.item is not None]


def mistakes(*given: Any, **how: Any) -> list[tuple[int, str, str]]:
    return [
        (one.line, one.column, one.message)
        for row in read(*given, **how)
        for one in row.problems
    ]


def test_our_csv() -> None:
    text = (
        "hash,label,quality,centre,exempt,note\n"
        f'{HEX[0]},porn,80,{HEX[1]},,"ticket 7, page 2"\n'
        f"{HEX[2].upper()},,,,yes,our logo\n"
        "\n"
        f"{HEX[3]},20006\n"
        f"{HEX[4]},exempt,,,true,\n"
    )
    assert pictures(text, defaults=Defaults(Label.ADS)) == [
        Picture(hashed(0), Label.PORN, 80, hashed(1), "ticket 7, page 2"),
        Picture(hashed(2), None, 100, None, "our logo"),
        Picture(hashed(3), Label.CRIME),
        Picture(hashed(4), None),
    ]
    assert pictures(f"\ufeffhash\r\n{HEX[0]}\r\n") == [picture(0, Label.OTHER)]


def test_mistakes_of_csv_are_named() -> None:
    text = (
        "hash,label,quality,exempt\n"
        "abc,porn,,\n"
        f"{HEX[0]},nonsense,,\n"
        f"{HEX[0]},normal,,\n"
        f"{HEX[0]},,101,\n"
        f"{HEX[0]},,x,\n"
        f"{HEX[0]},porn,,yes\n"
        f"{HEX[0]},,,perhaps\n"
        f"{HEX[0]},,,,,,more\n"
        f"{HEX[0]},,,\n"
    )
    found = mistakes(text)
    assert [(line, column) for line, column, _ in found] == [
        (2, "hash"),
        (3, "label"),
        (4, "label"),
        (5, "quality"),
        (6, "quality"),
        (7, "label"),
        (8, "exempt"),
        (9, ""),
    ]
    assert "64 hex digits" in found[0][2]
    assert "allowed picture has no label" in found[5][2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "first row must name"),
        ("label\nporn\n", "no column named hash"),
        ("hash,hash\n", "named twice"),
        ("hash,colour\n", "unknown column 'colour'"),
        ('hash\n"x', "broken CSV"),
        (f'"hash\n{HEX[0]}', "header cannot be read"),
        (b"hash\n\xff\xfe\n", "UTF-8"),
        ("hash\n".encode("utf-16"), "UTF-16"),
        ("hash\n" + "a" * 70_000, "longer than"),
    ],
)
def test_what_is_no_csv(text: str | bytes, said: str) -> None:
    ((_, _, message),) = mistakes(text, "csv")
    assert said in message


def test_plain_lines() -> None:
    text = (
        f"# from a partner\n{HEX[0]}\n\n  {HEX[1].upper()} , 80 \r\n"
        f"{HEX[2]},7,./holiday.jpg\npdq {HEX[3]}\n"
    )
    assert pictures(text, defaults=Defaults(None, "partner")) == [
        picture(0, None, note="partner"),
        picture(1, None, quality=80, note="partner"),
        picture(2, None, quality=7, note="partner"),
        picture(3, None, note="partner"),
    ]


def test_mistakes_of_lines_are_named() -> None:
    text = f"{HEX[0]}\nf00\n{HEX[1]},101\n{HEX[1]},high\nmd5 {HEX[0]}\n".encode()
    found = mistakes(text + b"\xff\n", "lines")
    assert [(line, column) for line, column, _ in found] == [
        (2, "hash"),
        (3, "quality"),
        (4, "quality"),
        (5, "hash"),
        (6, ""),
    ]


UPDATE: dict[str, Any] = {
    "id": "4036655176350945",
    "indicator": HEX[0],
    "type": "HASH_PDQ",
    "last_updated": 1700000000,
    "should_delete": False,
    "descriptors": {
        "data": [
            {
                "id": "1",
                "owner": {"id": "2"},
                "status": "MALICIOUS",
                "tags": {"data": [{"id": "3", "text": "seen"}, {"text": "Fraud"}]},
                "description": " a ring ",
            },
            {"status": "NON_MALICIOUS", "tags": None},
        ]
    },
}


def test_an_indicator_of_threat_updates() -> None:
    assert pictures(json.dumps(UPDATE)) == [
        Picture(hashed(0), Label.FRAUD, note="a ring")
    ]


def test_members_of_indicators() -> None:
    allowed = {"status": "NON_MALICIOUS"}
    lines = [
        {"indicator": HEX[1], "signal_type": "pdq", "tags": ["crime", "porn"]},
        {"raw_indicator": HEX[2], "type": "HASH_PDQ", "status": "NON_MALICIOUS"},
        {"indicator": {"indicator": HEX[3]}, "type": "HASH_PDQ", "description": "n"},
        {"indicator": HEX[4], "quality": 33, "centre": HEX[5]},
        {"indicator": HEX[5], "descriptors": {"data": [allowed, allowed]}},
    ]
    text = "\n".join(map(json.dumps, lines))
    assert pictures(text, defaults=Defaults(Label.ADS)) == [
        picture(1, Label.CRIME),
        picture(2, None),
        picture(3, Label.ADS, note="n"),
        picture(4, Label.ADS, quality=33, centre=hashed(5)),
        picture(5, None),
    ]


def test_a_withdrawn_indicator_is_gone() -> None:
    (row,) = read(json.dumps(UPDATE | {"should_delete": True}))
    assert row.item is not None
    assert (row.item.gone, row.item.picture.hash) == (True, hashed(0))


def test_mistakes_of_indicators_are_named() -> None:
    lines = [
        json.dumps(UPDATE),
        json.dumps(UPDATE | {"type": "HASH_MD5"}),
        json.dumps({"indicator": "f00"}),
        json.dumps({"type": "HASH_PDQ"}),
        json.dumps({"indicator": HEX[0], "quality": "good"}),
        json.dumps({"indicator": HEX[0], "centre": 7}),
        json.dumps({"indicator": HEX[0], "quality": 300}),
        "7",
    ]
    found = mistakes("\n".join(lines), "threatexchange")
    assert [(line, column) for line, column, _ in found] == [
        (2, "type"),
        (3, "indicator"),
        (4, "indicator"),
        (5, "quality"),
        (6, "centre"),
        (7, "quality"),
        (8, ""),
    ]
    assert "'HASH_MD5' is not HASH_PDQ" in found[0][2]


MANY = [UPDATE | {"indicator": hashed(number).hex()} for number in range(700)]
PAGE = {"paging": {"next": None}, "data": MANY, "summary": [1]}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(MANY),
        json.dumps(MANY, indent=2),
        json.dumps(PAGE),
        json.dumps({"data": MANY}, indent=1),
        "\n".join(map(json.dumps, MANY)),
        "\r\n\r\n".join(map(json.dumps, MANY)) + "\n",
        "".join(map(json.dumps, MANY)),
        "\ufeff" + json.dumps(MANY, ensure_ascii=False),
    ],
    ids=["array", "indented", "page", "data", "lines", "crlf", "joined", "bom"],
)
def test_shapes_of_json(text: str) -> None:
    assert [one.hash for one in pictures(text)] == [hashed(n) for n in range(700)]


def test_lines_of_indented_json_are_counted() -> None:
    text = json.dumps([UPDATE, UPDATE | {"type": "URI"}], indent=1)
    ((line, column, _),) = mistakes(text)
    first = 2 + json.dumps(UPDATE, indent=1).count("\n") + 1
    assert (line, column) == (first, "type")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "broken JSON"),
        ("[{}", "','"),
        (f'[{{"indicator": "{HEX[0]}"}}] x', "after the end"),
        ('{"data": 7}', "'['"),
        ('{"data"', "':'"),
        ('{"indicator": ', "broken JSON"),
        ("[" * 200_000, "nested too deeply"),
        ('["' + "x" * (2 * MAX_ELEMENT), "broken JSON"),
        (b'[{"indicator": "\xff"}]', "UTF-8"),
    ],
)
def test_broken_json_stops_the_reading(text: str | bytes, said: str) -> None:
    last = read(text, "threatexchange")[-1]
    assert last.stopped
    assert said in last.problems[0].message


def test_no_json_at_all() -> None:
    assert read("", "threatexchange") == []
    ((line, _, said),) = mistakes("\n\nhash\n", "threatexchange")
    assert (line, said) == (3, "this is no JSON of indicators")


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
notes = texts.map(str.strip).filter(lambda note: len(note) <= 1000)
some = st.builds(
    Picture,
    hash=st.binary(min_size=32, max_size=32) | st.just(bytes.fromhex("1" * 63 + "e")),
    label=st.none() | st.sampled_from([one for one in Label if one != Label.NORMAL]),
    quality=st.integers(0, 100),
    centre=st.none() | st.binary(min_size=32, max_size=32),
    note=notes,
)


def written(given: list[Picture], form: WrittenFormat, *, excel: bool) -> bytes:
    rows = [to_row("own", one) for one in given]

    def parts() -> Iterator[bytes]:
        yield head(form, excel=excel)
        for start in range(0, len(rows), 2):
            yield chunks(rows[start : start + 2], form, excel=excel)

    return b"".join(parts())


@pytest.mark.parametrize("excel", [False, True])
@settings(max_examples=60, deadline=None)
@given(given=st.lists(some, max_size=5))
def test_csv_comes_back(excel: bool, given: list[Picture]) -> None:
    assert pictures(written(given, "csv", excel=excel), "csv") == given


@settings(max_examples=60, deadline=None)
@given(given=st.lists(some, max_size=5))
def test_indicators_come_back(given: list[Picture]) -> None:
    text = written(given, "threatexchange", excel=False)
    assert pictures(text, "threatexchange") == given


def test_lines_leave_allowed_pictures_out() -> None:
    given = [picture(1, quality=50), picture(2, None), picture(3)]
    text = written(given, "lines", excel=False)
    assert text.decode().splitlines()[1] == f"# left out, an allowed picture: {HEX[2]}"
    assert [(one.hash, one.quality) for one in pictures(text)] == [
        (hashed(1), 50),
        (hashed(3), 100),
    ]


@pytest.mark.parametrize("form", WRITTEN)
def test_what_is_written_is_recognised(form: WrittenFormat) -> None:
    assert len(pictures(written([picture(1)], form, excel=False))) == 1


def test_a_spreadsheet_runs_and_changes_nothing() -> None:
    digits = Picture(bytes.fromhex("12" * 32), note="=1+1")
    text = written([digits], "csv", excel=True).decode("utf-8-sig")
    assert f'"\'{"12" * 32}"' in text
    assert '"\'=1+1"' in text
    row = to_row("own", digits)._replace(label=29999)
    assert b"other" in chunks([row])
    assert to_picture(row).label == Label.OTHER
