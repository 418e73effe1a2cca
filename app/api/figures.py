"""Numbers of the operators' rooms for `/metrics`, and how processes add up.

A process tells each number under its key; what it means stands in the table.
"""

from collections.abc import Iterable, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from app.api.figure import Figure, Kind, each
from app.api.figures_jobs import job_figures

Numbers = Mapping[str, float]
"""Numbers of one process by key; a key may be missing."""


STAGES = ("waiting", "decoding", "codes", "known", "ocr", "nsfw", "others", "picture")
"""Where the time of a picture goes; `picture` is all of it, from asking on."""


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
        *each(
            "counter",
            "seccheck_image_worker_deaths",
            "Image workers that a picture or a classifier ended, by how.",
            "trouble",
            ("crashed", "timeout", "memory", "unavailable"),
        ),
        *each(
            "counter",
            "seccheck_image_stages",
            "Pictures that went through a stage of the image checks.",
            "stage",
            STAGES,
        ),
        *each(
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
        "content_model_failing",
        "sum",
        "seccheck_content_model_failing",
        "Processes that cannot load the content model and go on without a new one.",
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
    *each(
        "counter",
        "seccheck_alerts",
        "Alerts by what became of an attempt to send one.",
        "result",
        ("delivered", "failed", "given_up"),
    ),
    *each(
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
    *each(
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
    *each(
        "counter",
        "seccheck_shadow_texts",
        "Texts meant for the shadow: compared, of these decided otherwise, dropped.",
        "result",
        ("compared", "flipped", "dropped"),
    ),
    *_images(),
    *job_figures(),
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
