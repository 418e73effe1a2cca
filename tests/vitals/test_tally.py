"""What waits for the next flush: nothing is lost, and nothing grows for ever."""

from collections import Counter as Bag

from hypothesis import given
from hypothesis import strategies as st

from app.vitals.tally import KEPT_MINUTES, MINUTES_PER_DAY, Batch, Counter, Tally
from tests.vitals.helpers import DAY, MINUTE, NOON, key

WORD = ("own", "word")


def count(counter: Counter, now: float, *words: str) -> None:
    batch = counter.at(now)
    batch.texts += 1
    for word in words:
        pair = ("own", word)
        tally = batch.tallies.get(pair) or counter.tally(batch, pair)
        tally.count(now, None)


def test_each_minute_has_a_batch() -> None:
    counter = Counter()
    for now in (NOON, NOON + 59, NOON + 60, NOON + 61):
        count(counter, now, "word")
    first, second = counter.take()
    assert (first.minute, first.texts) == (NOON // MINUTE, 2)
    assert (second.minute, second.tallies[WORD].hits) == (NOON // MINUTE + 1, 2)
    assert second.tallies[WORD].last == NOON + 61
    assert counter.take() == []


def test_a_clock_that_goes_back_finds_its_batch_again() -> None:
    counter = Counter()
    for now in (NOON + 60, NOON, NOON + 60):
        count(counter, now)
    assert [batch.texts for batch in counter.take()] == [1, 2]


def test_a_word_keeps_its_users_for_the_day() -> None:
    counter = Counter()
    first = counter.tally(counter.at(NOON), WORD)
    first.count(NOON, (5, 3))
    counter.take()
    second = counter.tally(counter.at(NOON + 60), WORD)
    second.count(NOON + 60, (5, 3))
    assert (second.word.key, second.fresh) == (key("word"), {})
    third = counter.tally(counter.at(NOON + DAY), WORD)
    third.count(NOON + DAY, (5, 3))
    assert third.fresh == {5: 3}


def test_what_could_not_be_written_is_counted_again() -> None:
    counter = Counter()
    count(counter, NOON, "word")
    (batch,) = counter.take()
    count(counter, NOON + 1, "word", "other")
    counter.put_back(batch, NOON + 1)
    count(counter, NOON + 2)
    (merged,) = counter.take()
    assert merged.texts == 3
    assert {word: t.hits for (_, word), t in merged.tallies.items()} == {
        "word": 2,
        "other": 1,
    }
    assert merged.tallies[WORD].last == NOON + 1


def test_users_of_what_is_put_back_stay_fresh() -> None:
    counter = Counter()
    counter.tally(counter.at(NOON), WORD).count(NOON, (5, 3))
    (batch,) = counter.take()
    counter.put_back(batch, NOON)
    # The same user again is known already, and must be written all the same.
    counter.at(NOON).tallies[WORD].count(NOON, (5, 3))
    (again,) = counter.take()
    assert again.tallies[WORD].fresh == {5: 3}


def test_a_long_outage_does_not_keep_every_minute() -> None:
    counter = Counter()
    start = NOON - NOON % DAY
    for minute in range(MINUTES_PER_DAY):
        now = start + minute * MINUTE
        count(counter, now, "word")
        for batch in counter.take():
            counter.put_back(batch, now)
    batches = counter.take()
    assert len(batches) <= KEPT_MINUTES + 2
    assert sum(batch.texts for batch in batches) == MINUTES_PER_DAY
    assert {batch.day for batch in batches} == {int(start) // DAY}


def test_pieces_are_the_whole() -> None:
    batch = Batch(7, 10)
    counter = Counter()
    for number in range(25):
        pair = ("own", str(number))
        batch.tallies[pair] = Tally(counter.tally(Batch(7), pair).word, number)
    pieces = list(batch.pieces(10))
    assert [len(piece.tallies) for piece in pieces] == [10, 10, 5]
    assert [piece.texts for piece in pieces] == [10, 0, 0]
    assert sum(t.hits for p in pieces for t in p.tallies.values()) == sum(range(25))
    assert [piece.texts for piece in Batch(7, 3).pieces(10)] == [3]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("see"), st.sampled_from("abc")),
        st.tuples(st.just("wait"), st.sampled_from([1, 40, 3600, 90_000])),
        st.tuples(st.just("write"), st.integers(0, 4)),
    ),
    max_size=60,
)


@given(steps)
def test_no_outage_loses_or_doubles_a_hit(history: list[tuple[str, object]]) -> None:
    """`write` k: so many pieces arrive before the database goes away."""
    counter, now = Counter(), NOON
    seen: Bag[tuple[int, str]] = Bag()
    written: Bag[tuple[int, str]] = Bag()

    def write(most: int) -> None:
        pieces = [piece for batch in counter.take() for piece in batch.pieces(1)]
        for piece in pieces[:most]:
            for (_, word), tally in piece.tallies.items():
                written[piece.day, word] += tally.hits
        for piece in pieces[most:]:
            counter.put_back(piece, now)

    for step, value in history:
        if step == "see":
            count(counter, now, str(value))
            seen[int(now) // DAY, str(value)] += 1
        elif step == "wait":
            now += int(str(value))
        else:
            write(int(str(value)))
    write(10**6)
    assert written == seen
