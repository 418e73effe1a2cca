"""A clock, published words and checked texts for the tests of vitals."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.entry import Entry
from app.domain.finding import Finding, Strategy, Suggest
from app.domain.labels import Label
from app.domain.observation import Observation
from app.domain.policy import DEFAULT_POLICY
from app.domain.scenes import Scene
from app.domain.verdict import decide
from app.lexicon.publish import Publisher
from app.store import Database
from app.store.lexicon_keys import term_key
from app.vitals import Vitals
from tests.lexicon.serving import serve_list

NOON = 1_795_003_200.0
"""12:00 UTC, so that an hour either way is the same day."""
SECRET = b"a secret of a test"
MINUTE, DAY = 60, 86_400


@dataclass
class Clock:
    now: float = NOON

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


def observed(
    *words: tuple[str | None, str | None],
    user: str | None = "somebody",
    appid: str = "wx1",
    text: str = "a text",
) -> Observation:
    """A text in which words of lists were found."""
    findings = [
        Finding(
            Strategy.KEYWORD, Label.ADS, Suggest.PASS, 90, term=term, list_name=name
        )
        for name, term in words
    ]
    verdict = decide(findings, DEFAULT_POLICY)
    return Observation(appid, Scene.COMMENT, user, text, verdict)


def watch(
    vitals: Vitals,
    word: tuple[str, str],
    *,
    hits: int,
    texts: int,
    users: Iterable[str | None] | None = None,
) -> None:
    """Let `hits` of `texts` have a word, each from another user unless told."""
    senders = [f"user {n}" for n in range(hits)] if users is None else list(users)
    for number in range(hits):
        vitals.saw(observed(word, user=senders[number % len(senders)]))
    vitals.passed("wx1", Scene.COMMENT, texts - hits)


async def publish(
    database: Database, clock: Clock, *terms: str, list_name: str = "own"
) -> int:
    """Replace a list by these terms."""
    entries = [Entry(term, Label.ADS, 90) for term in terms]
    return await serve_list(database, entries, list_name=list_name, clock=clock)


async def block(database: Database, clock: Clock, term: str) -> None:
    """Block a word in an emergency."""
    publisher = Publisher(database, clock=clock)
    await publisher.block(term, label=Label.FRAUD, who="me")


def key(term: str, list_name: str = "own") -> bytes:
    return term_key(list_name, term)
