"""What happens to good pictures and to such as make trouble, in real processes."""

import asyncio
import os
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.image.admission import QueueLimits
from app.image.errors import Fault, PictureError, Trouble, WorkerError
from app.image.limits import MEBIBYTE
from app.image.pool import Pool
from tests.image.files import bomb, encode, speckled
from tests.image.rooms import (
    GOOD,
    LIMITS,
    PATIENT,
    choice,
    environment,
    errors,
    pids,
    setup,
    trouble,
    until,
    works,
)
from tests.image.test_decode_hostile import HARM, SEEDS

pytestmark = pytest.mark.asyncio(loop_scope="module")
THREE = (choice("calm"), choice("trouble"), choice("second"))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pool() -> AsyncIterator[Pool]:
    made = Pool(setup(*THREE), queue=QueueLimits(seconds=PATIENT))
    await made.start()
    yield made
    await made.close()


async def test_a_picture_is_looked_at_by_all_in_order(pool: Pool) -> None:
    visit = await pool.look(GOOD)
    assert list(visit.readings) == ["calm", "trouble", "second"]
    assert visit.readings["calm"].scores["red"] == pytest.approx(220 / 255)
    assert visit.facts is not None
    assert (visit.facts.width, visit.facts.height) == (60, 40)
    assert visit.facts.format == "png"
    assert visit.readings["calm"].model == "calm-1"
    await works(pool)


async def test_the_status_names_who_looks(pool: Pool) -> None:
    await works(pool)
    status = pool.status()
    assert status.models == {"calm": "calm-1", "trouble": "calm-1", "second": "calm-1"}
    assert status.missing == {}
    assert (status.workers, status.ready) == (1, 1)
    assert status.confined


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"no picture", Fault.NOT_A_PICTURE),
        (b"<svg/>", Fault.UNSUPPORTED),
        (bomb(9000), Fault.TOO_LARGE),
        (bomb(20_000), Fault.TOO_LARGE),
        (b"GIF89a" + bytes(20), Fault.DAMAGED),
        (b"", Fault.NOT_A_PICTURE),
    ],
)
async def test_a_bad_file_is_refused_and_the_worker_stays(
    pool: Pool, data: bytes, fault: Fault
) -> None:
    await works(pool)
    before = pids(pool)
    with pytest.raises(PictureError) as caught:
        await pool.look(data)
    assert caught.value.fault is fault
    await works(pool)
    assert pids(pool) == before


@pytest.mark.parametrize(
    ("act", "error"),
    [
        ("raise", "it failed with ValueError"),
        ("answer nothing", "it failed with TypeError"),
        ("answer nan", "its answer is unusable: a number is missing"),
        ("answer much", "its answer is unusable: texts is no list, or too long a one"),
        ("print", None),
    ],
)
async def test_a_classifier_that_fails_leaves_the_others_alone(
    pool: Pool, act: str, error: str | None
) -> None:
    await works(pool)
    before = pids(pool)
    visit = await pool.look(trouble(act))
    assert errors(visit) == {"calm": None, "trouble": error, "second": None}
    await works(pool)
    assert pids(pool) == before


@pytest.mark.parametrize(
    ("act", "kind", "error"),
    [
        ("segfault", Trouble.CRASHED, "it ended its worker"),
        ("exit", Trouble.CRASHED, "it ended its worker"),
        ("write garbage", Trouble.CRASHED, "it ended its worker"),
        ("flood", Trouble.CRASHED, "it ended its worker"),
        ("exhaust", Trouble.MEMORY, "it needed more memory than allowed"),
    ],
)
async def test_a_classifier_that_ends_its_worker_is_named_and_the_others_count(
    pool: Pool, act: str, kind: Trouble, error: str
) -> None:
    await works(pool)
    before, died = pids(pool), pool.figures().deaths[kind]
    visit = await pool.look(trouble(act))
    assert errors(visit) == {"calm": None, "trouble": error, "second": None}
    assert pool.figures().deaths[kind] == died + 1
    await works(pool)
    assert pids(pool) != before


async def test_a_lie_about_what_comes_next_ends_the_worker(pool: Pool) -> None:
    """A worker that was taken over may lie about its picture, and no further."""
    visit = await pool.look(trouble("write json"))
    assert errors(visit) == {
        "calm": None,
        "trouble": "it ended its worker",
        "second": None,
    }
    await works(pool)


async def test_what_no_picture_needs_is_impossible(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    could = (await pool.look(trouble("try"))).readings["trouble"].scores
    assert {name for name in could if could[name]} == {"thread", "read", "environment"}


async def test_secrets_of_the_service_do_not_reach_a_worker(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECCHECK_TEST_SECRET", "x")
    await pool.look(trouble("exit"))  # the next worker starts with the secret around
    await works(pool)
    assert environment(pids(pool)[0]) == {
        "LANG",
        "MALLOC_ARENA_MAX",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "PATH",
        "PYTHONPATH",
    }
    could = (await pool.look(trouble("try"))).readings["trouble"].scores
    assert could["environment"] == 1.0


async def test_a_worker_that_dies_while_idle_is_replaced_unasked(pool: Pool) -> None:
    await works(pool)
    (before,) = pids(pool)
    died = pool.figures().deaths[Trouble.MEMORY]
    os.kill(before, 9)
    await until(lambda: pids(pool) not in ([], [before]))
    await works(pool)
    # Nobody here has killed it: most likely the kernel has, for want of memory.
    assert pool.figures().deaths[Trouble.MEMORY] == died + 1


async def test_a_worker_that_is_killed_at_work_is_replaced(pool: Pool) -> None:
    await works(pool)
    (before,) = pids(pool)
    asking = asyncio.create_task(pool.look(trouble("spin")))
    await until(lambda: pool.figures().in_flight == 1)
    await asyncio.sleep(0.2)
    os.kill(before, 9)
    visit = await asking
    assert errors(visit)["second"] is None
    await works(pool)


async def test_figures_count_what_was_done(pool: Pool) -> None:
    before = pool.figures()
    await works(pool)
    figures = pool.figures()
    assert figures.pictures == before.pictures + 1
    assert (figures.waiting, figures.held, figures.in_flight) == (0, 0, 0)
    assert (figures.workers, figures.ready) == (1, 1)
    assert 10 * MEBIBYTE < figures.memory[0] < LIMITS.memory
    assert set(figures.stages) == {
        "waiting", "decoding", "calm", "trouble", "second", "picture",
    }  # fmt: skip
    spent = figures.stages["calm"]
    assert spent.count >= before.stages["calm"].count + 1
    assert spent.milliseconds > 0


async def test_who_goes_away_costs_the_others_nothing(pool: Pool) -> None:
    await works(pool)
    before = pids(pool)
    for _ in range(5):
        gone = asyncio.create_task(pool.look(encode(speckled(900, 900), "PNG")))
        await until(lambda: pool.figures().in_flight == 1)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        await works(pool)
    assert pids(pool) == before
    assert pool.figures().held == 0


async def test_harmed_files_are_shown_or_refused(pool: Pool) -> None:
    dice = random.Random(7)
    for _ in range(120):
        file = dice.choice(HARM)(dice.choice(SEEDS), dice)
        try:
            visit = await pool.look(file)
        except (PictureError, WorkerError):
            continue
        assert visit.facts is not None
        assert visit.over
    await works(pool)
