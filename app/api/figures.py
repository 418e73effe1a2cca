"""Numbers of the operators' rooms for `/metrics`, and how processes add up.

A process tells each number under its key; what it means stands in the table.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

Numbers = Mapping[str, float]
"""Numbers of one process by key; a key may be missing."""

Kind = Literal["counter", "sum", "most", "least"]
"""A counter is added up for good; a gauge counts while its process lives, and is
added up, or shown as the largest or smallest of all processes."""


class Figure(NamedTuple):
    """One number: its key, its metric with perhaps a label, and what it means."""

    key: str
    kind: Kind
    name: str
    help: str
    label: tuple[str, str] | None = None


def _each(
    kind: Kind, name: str, text: str, label: str, values: Iterable[str]
) -> list[Figure]:
    """One figure for each value of a label."""
    short = name.removeprefix("seccheck_")
    return [
        Figure(f"{short}_{value}", kind, name, text, (label, value)) for value in values
    ]


STAGES = ("waiting", "decoding", "codes", "known", "ocr", "nsfw", "others", "picture")
"""Where the time of a picture goes; `picture` is all of it, from asking on."""


CHECK_OUTCOMES = ("checked", "failed", "gave_up", "retried")
"""How tries of checks of media end; `failed` is one that can never succeed."""
CALLBACK_OUTCOMES = ("taken", "retry", "refused", "gone")
"""How tries of callbacks end; after `gone` the receiver wants no more."""
_WORK = ("check", "callback")


def _jobs() -> list[Figure]:
    """What is left to do for checks of media, and what this process does of it."""
    return [
        *_each(
            "most",
            "seccheck_jobs_waiting",
            "Checks and callbacks that wait, those for a later try included.",
            "work",
            _WORK,
        ),
        *_each(
            "most",
            "seccheck_jobs_taken",
            "Checks and callbacks that workers have.",
            "work",
            _WORK,
        ),
        *_each(
            "most",
            "seccheck_jobs_oldest_seconds",
            "How long the first of what is due has waited.",
            "work",
            _WORK,
        ),
        *_each(
            "most",
            "seccheck_jobs_dead",
            "Checks and callbacks that were given up.",
            "work",
            _WORK,
        ),
        Figure(
            "callbacks_held",
            "most",
            "seccheck_callbacks_held",
            "Callbacks set aside for receivers that are switched off.",
        ),
        Figure(
            "callback_endpoints_disabled",
            "most",
            "seccheck_callback_endpoints_disabled",
            "Receivers of callbacks that are switched off.",
        ),
        Figure(
            "jobs_asked_at",
            "most",
            "seccheck_jobs_asked_timestamp_seconds",
            "When what is left to do was last counted.",
        ),
        *_accepted(),
        *_worked(),
        *_forgotten(),
    ]


def _accepted() -> list[Figure]:
    text = "Checks of media that were asked for."
    name = "seccheck_jobs"
    return [
        Figure(f"jobs_{result}", "counter", name, text, ("result", result))
        for result in ("accepted", "repeated", "refused")
    ] + [
        Figure(
            "job_commits",
            "counter",
            "seccheck_job_commits",
            "Transactions that accepted checks; many share one.",
        )
    ]


def _worked() -> list[Figure]:
    return [
        *_each(
            "sum",
            "seccheck_jobs_busy",
            "Checks and callbacks under way.",
            "work",
            _WORK,
        ),
        *_each(
            "counter",
            "seccheck_job_checks",
            "Tries of checks by how they ended.",
            "outcome",
            CHECK_OUTCOMES,
        ),
        *_each(
            "counter",
            "seccheck_callbacks",
            "Tries of callbacks by how they ended.",
            "outcome",
            CALLBACK_OUTCOMES,
        ),
        Figure(
            "jobs_late",
            "counter",
            "seccheck_jobs_late",
            "Results thrown away, as another worker had the work by then.",
        ),
    ]


def _forgotten() -> list[Figure]:
    return [
        *_each(
            "counter",
            "seccheck_jobs_forgotten",
            "What was deleted by age.",
            "what",
            ("content", "rows", "callbacks"),
        ),
        *_each(
            "most",
            "seccheck_jobs_retention_late",
            "Seconds that what should be gone has been there for too long.",
            "what",
            ("content", "rows"),
        ),
    ]


def _images() -> list[Figure]:
    """What the image room tells of itself."""
    return [
        Figure(
            "image_queue",
            "sum",
            "seccheck_image_queue",
            "Pictures that wait for a worker.",
        ),
        Figure(
            "image_workers",
            "sum",
            "seccheck_image_workers",
            "Image workers that can look at pictures.",
        ),
        Figure(
            "image_worker_memory",
            "most",
            "seccheck_image_worker_memory_bytes",
            "Memory of the largest image worker.",
        ),
        Figure(
            "image_classifiers_missing",
            "most",
            "seccheck_image_classifiers_missing",
            "Wanted classifiers that do not look at pictures.",
        ),
        Figure(
            "picture_lists_failing",
            "sum",
            "seccheck_picture_lists_failing",
            "Processes that cannot use the live version of the picture lists.",
        ),
        Figure(
            "picture_lists_pictures",
            "least",
            "seccheck_picture_lists_pictures",
            "Known pictures in use, in the process that has the fewest.",
        ),
        Figure(
            "image_refused",
            "counter",
            "seccheck_image_refused",
            "Pictures that were turned away because too many waited.",
        ),
        *_each(
            "counter",
            "seccheck_image_worker_deaths",
            "Image workers that a picture or a classifier ended, by how.",
            "trouble",
            ("crashed", "timeout", "memory", "unavailable"),
        ),
        *_each(
            "counter",
            "seccheck_image_stages",
            "Pictures that went through a stage of the image checks.",
            "stage",
            STAGES,
        ),
        *_each(
            "counter",
            "seccheck_image_stage_seconds",
            "Time that pictures spent in a stage of the image checks.",
            "stage",
            STAGES,
        ),
    ]


FIGURES: tuple[Figure, ...] = (
    Figure(
        "lexicon_failing",
        "sum",
        "seccheck_lexicon_failing",
        "Processes that cannot load the live version and serve an older one.",
    ),
    Figure(
        "lexicon_installed_at",
        "least",
        "seccheck_lexicon_installed_timestamp_seconds",
        "When the version in use was installed, in the process that is longest at it.",
    ),
    Figure(
        "lexicon_confirmed_at",
        "least",
        "seccheck_lexicon_confirmed_timestamp_seconds",
        "When the version in use was last known to be live, in the slowest process.",
    ),
    Figure(
        "words_held",
        "most",
        "seccheck_breaker_words_held",
        "Words that the breaker keeps at review.",
    ),
    Figure(
        "words_tripped",
        "counter",
        "seccheck_breaker_trips",
        "Words that the breaker took back to review.",
    ),
    Figure(
        "judged_at",
        "most",
        "seccheck_breaker_judged_timestamp_seconds",
        "When the breaker last looked at the counts.",
    ),
    *_each(
        "counter",
        "seccheck_alerts",
        "Alerts by what became of an attempt to send one.",
        "result",
        ("delivered", "failed", "given_up"),
    ),
    *_each(
        "counter",
        "seccheck_samples",
        "Texts that were chosen for the sample rings, by what became of them.",
        "result",
        ("taken", "missed", "purged", "unreadable"),
    ),
    Figure(
        "samples_kept",
        "most",
        "seccheck_samples_kept",
        "Texts in the sample rings of all apps, encrypted.",
    ),
    Figure(
        "samples_oldest_seconds",
        "most",
        "seccheck_samples_oldest_seconds",
        "Age of the oldest text in the sample rings.",
    ),
    Figure(
        "samples_purged_at",
        "most",
        "seccheck_samples_purged_timestamp_seconds",
        "When texts that are too old were last looked for.",
    ),
    *_each(
        "counter",
        "seccheck_backtests",
        "Backtests that ended.",
        "result",
        ("done", "failed", "cancelled"),
    ),
    Figure(
        "backtests_open",
        "sum",
        "seccheck_backtests_open",
        "Backtests that wait or run.",
    ),
    Figure(
        "shadow_active",
        "sum",
        "seccheck_shadow_processes",
        "Processes in which a shadow runs.",
    ),
    Figure(
        "shadow_failing",
        "sum",
        "seccheck_shadow_failing",
        "Processes that cannot load the shadow's candidate.",
    ),
    Figure(
        "shadow_queued",
        "sum",
        "seccheck_shadow_queue",
        "Texts that wait for the shadow.",
    ),
    *_each(
        "counter",
        "seccheck_shadow_texts",
        "Texts meant for the shadow: compared, of these decided otherwise, dropped.",
        "result",
        ("compared", "flipped", "dropped"),
    ),
    *_images(),
    *_jobs(),
    Figure(
        "shadow_busy_seconds",
        "counter",
        "seccheck_shadow_busy_seconds",
        "Time that the shadow's checks took.",
    ),
)


class Sum:
    """The numbers of all processes of one start."""

    def __init__(self) -> None:
        self._numbers: dict[str, float] = {}

    def add(self, numbers: Numbers, *, living: bool = True) -> None:
        """Add what a process told; of one that has ended, only counters count."""
        for figure in FIGURES:
            value = numbers.get(figure.key)
            if value is None or not (living or figure.kind == "counter"):
                continue
            known = self._numbers.get(figure.key)
            self._numbers[figure.key] = _joined(figure.kind, known, value)

    def families(self) -> Iterable[Metric]:
        """The numbers as Prometheus takes them; what nobody told is left out."""
        families: dict[str, CounterMetricFamily | GaugeMetricFamily] = {}
        for figure in FIGURES:
            value = self._numbers.get(figure.key)
            if value is not None:
                family = families.setdefault(figure.name, _family(figure))
                family.add_metric([figure.label[1]] if figure.label else [], value)
        return families.values()


def _joined(kind: Kind, known: float | None, value: float) -> float:
    if known is None:
        return value
    if kind in {"counter", "sum"}:
        return known + value
    return max(known, value) if kind == "most" else min(known, value)


def _family(figure: Figure) -> CounterMetricFamily | GaugeMetricFamily:
    labels = [figure.label[0]] if figure.label else []
    made = CounterMetricFamily if figure.kind == "counter" else GaugeMetricFamily
    return made(figure.name, figure.help, labels=labels)
