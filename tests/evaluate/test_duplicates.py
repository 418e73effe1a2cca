"""Near-duplicates are found, counted and dropped."""

from itertools import combinations
from random import Random

from app.evaluate.duplicates import SIMILAR, find_duplicates, jaccard, shingles
from tests.evaluate.helpers import sample

LONG = "这家店的牛肉面分量足汤也鲜老板人很好下次还来"


def test_the_measure_is_jaccard_on_three_characters() -> None:
    # abc bcd cde against bcd cde def: two of four are shared.
    assert jaccard(shingles("abcde"), shingles("bcdef")) == 0.5
    assert shingles("ab") == {"ab"}


def test_equal_and_similar_texts_are_one_group() -> None:
    texts = [LONG, "别的", LONG + "！！", LONG + "的", "完全不同的一句话在这里"]
    found = find_duplicates([sample(text) for text in texts])
    assert found.first == (0, 1, 0, 0, 4)
    assert (found.repeated, found.groups, found.mixed) == (2, 1, 0)


def test_disguise_and_addresses_make_no_difference() -> None:
    texts = [LONG, "@someone " + "·".join(LONG), LONG + " https://example.org/a"]
    assert find_duplicates([sample(text) for text in texts]).first == (0, 0, 0)


def test_texts_below_the_limit_stay_apart() -> None:
    half = LONG[: len(LONG) // 2] + "后半句说的是另外一件事情了"
    assert find_duplicates([sample(LONG), sample(half)]).repeated == 0


def test_groups_with_several_labels_are_counted() -> None:
    found = find_duplicates([sample(LONG), sample(LONG + "呀", "ads")])
    assert found.mixed == 1


def test_the_first_of_each_group_is_kept() -> None:
    samples = [sample(LONG), sample("别的"), sample(LONG)]
    assert find_duplicates(samples).kept(samples) == samples[:2]


def test_the_groups_of_a_file_win() -> None:
    samples = [
        sample("甲", group="1"),
        sample("乙", group="1"),
        sample(LONG),
        sample(LONG),
    ]
    assert find_duplicates(samples).first == (0, 0, 2, 3)


def test_odd_texts_are_no_trouble() -> None:
    found = find_duplicates([sample("！"), sample("？"), sample("\ud800")])
    assert found.first[:2] == (0, 0)


def test_many_texts_of_one_kind_stay_cheap() -> None:
    samples = [sample(f"{LONG}{n:04d}") for n in range(2000)]
    assert find_duplicates(samples).groups >= 1


def test_nearly_all_pairs_that_exist_are_found() -> None:
    rng = Random(5)
    letters = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"
    texts = ["".join(rng.choices(letters, k=40)) for _ in range(150)]
    for text in texts[:100]:
        at = rng.randrange(35)
        texts.append(text[:at] + "".join(rng.choices(letters, k=3)) + text[at + 3 :])
    sets = [shingles(text) for text in texts]
    pairs = [(a, b) for a, b in combinations(range(250), 2) if _near(sets[a], sets[b])]
    found = find_duplicates([sample(text) for text in texts])
    hits = sum(found.first[a] == found.first[b] for a, b in pairs)
    assert len(pairs) >= 90
    assert hits >= 0.97 * len(pairs)
    assert found.repeated == hits


def _near(one: frozenset[str], other: frozenset[str]) -> bool:
    return jaccard(one, other) >= SIMILAR
