"""Text checks of a process whose workers look at pictures all the time."""

import http.client
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from app.text.automaton import Engine
from benchmarks import children, generate, web
from benchmarks.children import Running, Service
from benchmarks.image_pictures import chat_file
from benchmarks.matching import COMMENT
from benchmarks.measure import alternate
from benchmarks.report import Claim, Part, Row
from benchmarks.web import Load, Target

PATH: Final = "/v1/images:check"
ALONE, BESIDE = "alone", "beside pictures"
_BOUNDARY: Final = "benchmark-of-pictures"
_LONGEST: Final = 60


@dataclass(frozen=True)
class WithPictures(Service):
    """Our service with one worker for pictures, and nothing that it cannot have."""

    def environment(self, engine: Engine, port: int) -> dict[str, str]:
        """No setting comes from outside."""
        ours = Service.environment(self, engine, port)
        return ours | {
            "SECCHECK_IMAGE_WORKERS": "1",
            "SECCHECK_IMAGE_CLASSIFIERS": "codes,known,ocr",
        }


def measure(part: Part, *, terms: int, rounds: int, seconds: int) -> None:
    """Add the rows to a part; a note where they cannot be measured."""
    if shutil.which("wrk") is None:
        part.notes.append("wrk is not installed here: text checks were not measured.")
        return
    size = web.Size(terms=terms, wrk_seconds=seconds)
    clean = generate.comments(size.comments, COMMENT)
    made = generate.terms(terms, unlike=clean)
    with children.service(made) as plain, children.folder() as name:
        service = WithPictures(plain.folder, plain.database, plain.workers)
        with service.serving() as running:
            bearer = web.token(running)
            bodies = [web.v2_body(text) for text in clean]
            file = web.write_lines(Path(name) / "v2.txt", bodies)
            target = Target(running, f"{web.V2_PATH}?access_token={bearer}", file)
            part.rows.append(_row(target, bearer, size, rounds))


def _row(target: Target, bearer: str, size: web.Size, rounds: int) -> Row:
    looked: list[int] = []

    def beside() -> float:
        with _pictures(target.server, bearer) as counts:
            spent = web._drive(target, Load(), size)
        looked.extend(counts)
        return spent

    web._drive(target, Load(), size, seconds=1)
    turns: dict[str, Callable[[], float]] = {
        ALONE: partial(web._drive, target, Load(), size),
        BESIDE: beside,
    }
    kept = alternate(turns, rounds=rounds, seconds=_LONGEST)
    pace = sum(looked) / len(kept.costs[BESIDE]) / size.wrk_seconds
    return Row(
        f"text checks (v2) beside {pace:.1f} chat screenshots/s, requests/s",
        f"{1 / kept.median(BESIDE):,.0f}",
        f"{1 / kept.median(ALONE):,.0f}",
        kept.ratio(ALONE, BESIDE),
        Claim("≥", 0.7),
    )


@contextmanager
def _pictures(server: Running, bearer: str) -> Iterator[list[int]]:
    """Two callers that always have a picture at the service.

    Yields a list that holds, afterwards, how many pictures each of them has sent.
    """
    over = threading.Event()
    counts: list[int] = []
    faults: list[str] = []
    files = [chat_file(seed) for seed in range(2)]
    threads = [
        threading.Thread(
            target=_send, args=(server.port, bearer, file, over, counts, faults)
        )
        for file in files
    ]
    for thread in threads:
        thread.start()
    try:
        yield counts
    finally:
        over.set()
        for thread in threads:
            thread.join(_LONGEST)
    if faults:
        message = f"pictures were refused: {faults[0]}"
        raise RuntimeError(message)


def _send(
    port: int,
    bearer: str,
    file: bytes,
    over: threading.Event,
    counts: list[int],
    faults: list[str],
) -> None:
    body = _form(file)
    headers = {
        "authorization": f"Bearer {bearer}",
        "content-type": f"multipart/form-data; boundary={_BOUNDARY}",
    }
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_LONGEST)
    sent = 0
    try:
        while not over.is_set():
            line.request("POST", PATH, body, headers)
            answer = line.getresponse()
            said = answer.read()
            if answer.status != http.client.OK:
                faults.append(f"{answer.status} {said[:200]!r}")
                return
            sent += 1
    finally:
        line.close()
        counts.append(sent)


def _form(file: bytes) -> bytes:
    head = (
        f"--{_BOUNDARY}\r\n"
        'content-disposition: form-data; name="file"; filename="chat.jpg"\r\n'
        "content-type: image/jpeg\r\n\r\n"
    )
    return head.encode() + file + f"\r\n--{_BOUNDARY}--\r\n".encode()
