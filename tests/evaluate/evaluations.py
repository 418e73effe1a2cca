"""A whole evaluation with everything in it, for the tests of what shows it."""

from app.domain.labels import Label
from app.evaluate.disguise import chosen_families
from app.evaluate.evaluation import Evaluation, Repeats
from app.evaluate.measuring import Plan, evaluation
from app.evaluate.reading import Broken
from tests.evaluate.helpers import by_word, found, sample

ODD = "<script>alert('x')</script> rude & \ud800"
SAMPLES = [
    sample("a rude word", "abuse", source="a.csv", term="rude"),
    sample("an ad", "ads", source="b.csv"),
    sample("good", source="a.csv"),
    sample(ODD, source="b.csv"),
]
BEFORE = by_word({"rude": found()})
AFTER = by_word({"ad": found(Label.ADS, 45)})


def whole(*, two: bool = False, errors: int = 3) -> Evaluation:
    plan = Plan(
        files=["a.csv", "<b>.csv"],
        samples=SAMPLES,
        repeats=Repeats(2, 1, 1, dropped=False),
        broken=[Broken("a.csv", 7, "no text")],
        errors=errors,
        families=chosen_families(["emoji", "variant"]),
        seed=3,
    )
    judges = [("words one", BEFORE), ("words two", AFTER)]
    return evaluation(plan, judges if two else judges[:1])
