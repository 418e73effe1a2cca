"""Multipart forms as real clients send them, and as nobody should."""

from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.api.forms import MOST_PARTS, FormError, Part, is_form, read_form

BOUNDARY = b"----WebKitFormBoundary7MA4YWxk"
KIND = f"multipart/form-data; boundary={BOUNDARY.decode()}"
NAMED = b'Content-Disposition: form-data; name="media"; filename="media"'
PICTURE = b"\x89PNG\r\n\x1a\n\0\r\n--\r\n\xff"


def part(head: bytes, data: bytes = PICTURE, boundary: bytes = BOUNDARY) -> bytes:
    return b"--" + boundary + b"\r\n" + head + b"\r\n\r\n" + data + b"\r\n"


def form(*parts: bytes, boundary: bytes = BOUNDARY) -> bytes:
    return b"".join(parts) + b"--" + boundary + b"--\r\n"


USUAL = form(part(NAMED))


@pytest.mark.parametrize(
    ("head", "name", "filename"),
    [
        pytest.param(NAMED, "media", "media", id="wechatpy: no type"),
        pytest.param(
            b'Content-Disposition: form-data; name="media"; filename="image.png"\r\n'
            b"Content-Type: image/png\r\nContent-Length: 18",
            "media",
            "image.png",
            id="SKIT: always a png",
        ),
        pytest.param(
            b'Content-Disposition: form-data; name="media";'
            b' filename="1732530000123.tmp"\r\nContent-Type: application/octet-stream'
            b"\r\nContent-Transfer-Encoding: binary",
            "media",
            "1732530000123.tmp",
            id="WxJava: a temporary file",
        ),
        pytest.param(
            'Content-Disposition: form-data; name="media";'
            ' filename="/home/我/图/a.jpg"'.encode(),
            "media",
            "/home/我/图/a.jpg",
            id="silenceper: a whole path",
        ),
        pytest.param(
            rb'Content-Disposition: form-data; name="media"; filename="C:\a\b.jpg"',
            "media",
            "b.jpg",
            id="a path of Windows",
        ),
        pytest.param(
            b"content-disposition:form-data;name=media;filename=a.png",
            "media",
            "a.png",
            id="without quotes and spaces",
        ),
        pytest.param(
            b'Content-Disposition: form-data; name="media"; filename="a;b=\\"c.png"',
            "media",
            'a;b="c.png',
            id="marks in the name",
        ),
        pytest.param(
            b"Content-Type: image/png\r\n" + NAMED, "media", "media", id="type first"
        ),
        pytest.param(
            b'Content-Disposition: form-data; name="media"; filename=""',
            "media",
            "",
            id="an empty name",
        ),
        pytest.param(
            b'Content-Disposition: form-data; name="upload"; filename="a.png"',
            "upload",
            "a.png",
            id="named otherwise",
        ),
        pytest.param(
            b'Content-Disposition: form-data; name="media"', "media", None, id="a field"
        ),
        pytest.param(b"Content-Type: image/png", "", None, id="no name at all"),
        pytest.param(b"X-Odd: 1\r\n" + NAMED, "media", "media", id="another header"),
    ],
)
def test_what_clients_call_a_file(head: bytes, name: str, filename: str | None) -> None:
    assert read_form(KIND, form(part(head))) == [Part(name, filename, PICTURE)]


def test_names_in_any_encoding_do_no_harm() -> None:
    head = 'Content-Disposition: form-data; name="媒"; filename="图"'
    for encoding in ("gbk", "utf-8", "utf-16-le"):
        body = form(part(head.encode(encoding)))
        try:
            (found,) = read_form(KIND, body)
        except FormError:
            assert encoding == "utf-16-le"
        else:
            assert found.data == PICTURE


@pytest.mark.parametrize(
    "kind",
    [
        KIND,
        f'multipart/form-data; boundary="{BOUNDARY.decode()}"',
        f"Multipart/Form-Data; charset=utf-8; Boundary={BOUNDARY.decode()}",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=another",
        "multipart/form-data; boundary=" + "x" * 10_000,
        "application/octet-stream",
        "application/json",
        "",
    ],
)
def test_the_boundary_may_be_lost_or_stated_otherwise(kind: str) -> None:
    assert is_form(kind, USUAL)
    assert read_form(kind, USUAL) == [Part("media", "media", PICTURE)]


def test_a_form_may_be_known_by_its_type_alone() -> None:
    assert is_form("MULTIPART/form-data", b"anything")
    assert not is_form("application/json", b'{"a":1}')
    assert not is_form("", b"--just two dashes\r\nand text")
    assert not is_form("", b"")


@pytest.mark.parametrize(
    "around", [(b"\r\n\r\n", b""), (b"", b"epilogue"), (b"", b"\r\n\r\n")]
)
def test_what_stands_around_is_ignored(around: tuple[bytes, bytes]) -> None:
    before, after = around
    assert read_form(KIND, before + USUAL + after) == read_form(KIND, USUAL)


def test_the_last_line_needs_no_end() -> None:
    assert read_form(KIND, USUAL[:-2]) == read_form(KIND, USUAL)


def test_a_type_is_enough_when_the_first_header_is_odd() -> None:
    body = form(part(b"X-Odd: 1\r\n" + NAMED))
    assert not is_form("", body)
    with pytest.raises(FormError, match="no multipart form"):
        read_form("", body)


@pytest.mark.parametrize("length", [1, 70, 190])
def test_long_and_short_boundaries(length: int) -> None:
    boundary = b"b" * length
    body = form(part(NAMED, boundary=boundary), boundary=boundary)
    assert read_form("multipart/form-data", body)[0].data == PICTURE


def test_several_parts_keep_their_order() -> None:
    heads = [b'Content-Disposition: form-data; name="%d"' % n for n in range(5)]
    body = form(*(part(head, b"x" * n) for n, head in enumerate(heads)))
    assert [(each.name, len(each.data)) for each in read_form(KIND, body)] == [
        (str(n), n) for n in range(5)
    ]


def test_empty_parts_and_forms_are_read() -> None:
    assert read_form(KIND, form(part(NAMED, b""))) == [Part("media", "media", b"")]
    assert read_form(KIND, form()) == []


def test_the_most_parts() -> None:
    parts = [part(NAMED, b"x")] * MOST_PARTS
    assert len(read_form(KIND, form(*parts))) == MOST_PARTS
    with pytest.raises(FormError, match="more than 200 parts"):
        read_form(KIND, form(*parts, parts[0]))


@pytest.mark.parametrize(
    "data",
    [
        b"--" + BOUNDARY,
        b"x--" + BOUNDARY + b"--\r\nmore",
        b"\n--" + BOUNDARY + b"\r\n",
        b"\r--" + BOUNDARY + b"--",
        b"\r\n--" + BOUNDARY[:-1] + b"\r\n",
        b"\r\n--" + BOUNDARY[:-1] + b"--\r\n",
        b"\r\n-" + BOUNDARY + b"--\r\n",
        b"\r\n\r\n\r\n",
        b"\r\n--",
        b"\r\n--" + BOUNDARY[:-1],
        b"\r",
    ],
)
def test_what_looks_like_a_boundary_is_data(data: bytes) -> None:
    assert read_form(KIND, form(part(NAMED, data)))[0].data == data


@pytest.mark.parametrize(
    "at", [*range(0, len(USUAL) - 9, 7), *range(len(USUAL) - 9, len(USUAL) - 2)]
)
def test_a_form_that_ends_early_is_refused(at: int) -> None:
    """Never half a picture, which might be the harmless half."""
    with pytest.raises(FormError):
        read_form(KIND, USUAL[:at])


@pytest.mark.parametrize(
    "body",
    [
        USUAL.replace(b"\r\n", b"\n"),
        USUAL.replace(BOUNDARY + b"\r\n", BOUNDARY + b" \r\n"),
        b"preamble\r\n" + USUAL,
        form(part(NAMED + b"\r\nno colon")),
        form(part(b"Content-Disposition: form-data; filename=" + b"a" * 100_000)),
        form(part(NAMED + b"\r\nX-A: b" * 1000)),
        form(part(NAMED, boundary=b"x" * 300), boundary=b"x" * 300),
        b"",
        b"\r\n",
        b"--",
        b"{}",
        bytes(1000),
        PICTURE,
    ],
)
def test_what_is_refused(body: bytes) -> None:
    with pytest.raises(FormError) as caught:
        read_form(KIND, body)
    assert "media" not in str(caught.value)


_bytes = st.binary(max_size=60)
_soup = st.lists(
    st.sampled_from(
        [
            b"--",
            BOUNDARY,
            b"\r\n",
            b"\r",
            b"\n",
            NAMED,
            b"Content-Disposition: ",
            b'form-data; name="',
            b"\"; filename*=x''%zz",
            b"Content-",
            b":",
            b";",
            b"=",
            b'"',
            b"\\",
            b"\0",
            b"\xff\xfe",
            b" ",
        ]
    )
    | _bytes,
    max_size=25,
).map(b"".join)
_kinds = (
    st.sampled_from([KIND, "multipart/form-data", "", "multipart/mixed; boundary=a;b"])
    | st.binary(max_size=40).map(lambda raw: "multipart/x;" + raw.decode("latin-1"))
    | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1"))
)


@given(_kinds, _soup)
@example("multipart/form-data; boundary*=utf-8''a", b"--a\r\nContent-x")
@example('multipart/form-data; boundary="', b"--a\r\n\r\n")
def test_garbage_is_an_error_and_nothing_else(kind: str, body: bytes) -> None:
    is_form(kind, body)
    try:
        parts = read_form(kind, body)
    except FormError:
        pass
    else:
        assert sum(len(each.data) for each in parts) <= len(body)


@given(st.binary(max_size=400), st.binary(max_size=30))
def test_any_data_comes_out_as_it_went_in(data: bytes, more: bytes) -> None:
    boundary = b"zzz-not-in-there-zzz"
    if boundary in data or boundary in more:
        return
    body = form(
        part(NAMED, data, boundary), part(NAMED, more, boundary), boundary=boundary
    )
    assert [each.data for each in read_form("", body)] == [data, more]


@pytest.mark.parametrize(
    "unit", [b"\r\n", b"\r", b"\n", b"\r\n--" + BOUNDARY[:-1], b"\r\n-", b""]
)
def test_ten_megabytes_of_almost_boundaries(unit: bytes) -> None:
    size = 10 * 1024 * 1024
    data = Random(1).randbytes(size) if not unit else unit * (size // len(unit))
    (found,) = read_form(KIND, form(part(NAMED, data)))
    assert found.data == data
