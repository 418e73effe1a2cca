"""Counts for `/metrics`, cheap enough for the hot path.

A request adds to plain integers; the Prometheus client sees them only when
somebody scrapes. With several worker processes each one leaves its numbers in a
file once a second, and whichever process is scraped adds them all up.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric

from app.api.figures import Numbers, Sum
from app.domain.verdict import CLEAN, Verdict

BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0)
"""Upper bounds of the latency histogram in seconds; one more for +Inf."""

Snapshot = dict[str, list[list[Any]]]
"""Counter rows as JSON knows them: name -> [[label, …, value], …]."""


class Metrics:
    """The counters of one process; every method is cheap and never fails."""

    def __init__(self, numbers: Callable[[], Numbers] = dict) -> None:
        """`numbers` tells what `app.api.figures` has a table of; asked at a scrape."""
        self._numbers = numbers
        self.requests: Counter[tuple[str, int]] = Counter()
        self.verdicts: Counter[tuple[str, str, int]] = Counter()
        self.characters: Counter[str] = Counter()
        self.pictures: Counter[tuple[str, str, int]] = Counter()
        self.seconds: dict[str, list[float]] = {}

    def request(self, endpoint: str, code: int, seconds: float) -> None:
        """Count one answered request; `code` is an errcode or an HTTP status."""
        self.requests[endpoint, code] += 1
        row = self.seconds.get(endpoint)
        if row is None:
            row = self.seconds[endpoint] = [0.0] * (len(BUCKETS) + 2)
        row[bisect_left(BUCKETS, seconds)] += 1
        row[-1] += seconds

    def verdict(self, api: str, verdict: Verdict, characters: int) -> None:
        """Count one checked text and its length in code points."""
        if verdict is CLEAN:  # hashing an enum member runs Python code
            self.verdicts[api, "pass", 100] += 1
        else:
            self.verdicts[api, verdict.suggest.value, verdict.label.value] += 1
        self.characters[api] += characters

    def picture(self, api: str, verdict: Verdict) -> None:
        """Count one checked picture."""
        self.pictures[api, verdict.suggest.value, verdict.label.value] += 1

    def clean(self, api: str, lengths: Sequence[int]) -> None:
        """Count texts without findings, by their lengths in code points."""
        self.verdicts[api, "pass", 100] += len(lengths)
        self.characters[api] += sum(lengths)

    def snapshot(self) -> Snapshot:
        """Return every number in a form that JSON can carry."""
        return {
            "requests": [[*key, value] for key, value in self.requests.items()],
            "verdicts": [[*key, value] for key, value in self.verdicts.items()],
            "characters": [[key, value] for key, value in self.characters.items()],
            "pictures": [[*key, value] for key, value in self.pictures.items()],
            "seconds": [[key, *row] for key, row in self.seconds.items()],
            "numbers": [[key, value] for key, value in self._numbers().items()],
        }


class Total(Metrics):
    """The counters of all processes of one start."""

    def __init__(self) -> None:
        super().__init__()
        self.figures = Sum()

    def add(self, other: Snapshot, *, living: bool = True) -> None:
        """Add a process's numbers to these; `living` unless it has ended."""
        for endpoint, code, value in other["requests"]:
            self.requests[endpoint, code] += value
        for api, suggest, label, value in other["verdicts"]:
            self.verdicts[api, suggest, label] += value
        for api, value in other["characters"]:
            self.characters[api] += value
        for api, suggest, label, value in other["pictures"]:
            self.pictures[api, suggest, label] += value
        for endpoint, *row in other["seconds"]:
            mine = self.seconds.setdefault(endpoint, [0.0] * len(row))
            self.seconds[endpoint] = [a + b for a, b in zip(mine, row, strict=True)]
        told = {key: value for key, value in other["numbers"]}  # noqa: C416 - typed
        self.figures.add(told, living=living)


class Gauges:
    """What is true of the process that is being scraped."""

    def __init__(self, *, ready: bool, lexicon: str) -> None:
        self.ready = ready
        self.lexicon = lexicon


def families(metrics: Total, gauges: Gauges) -> Iterable[Metric]:
    """Turn the numbers into Prometheus families, in a stable order."""
    requests = CounterMetricFamily(
        "seccheck_requests",
        "Answered requests by endpoint and by errcode (WeChat) or status (native).",
        labels=["endpoint", "code"],
    )
    for (endpoint, code), value in sorted(metrics.requests.items()):
        requests.add_metric([endpoint, str(code)], value)
    yield requests
    yield _verdicts("text", "texts", metrics.verdicts)
    yield _verdicts("image", "pictures", metrics.pictures)
    characters = CounterMetricFamily(
        "seccheck_text_characters", "Checked code points.", labels=["api"]
    )
    for api, value in sorted(metrics.characters.items()):
        characters.add_metric([api], value)
    yield characters
    yield _seconds(metrics)
    yield from _gauges(gauges)
    yield from metrics.figures.families()


def _verdicts(kind: str, what: str, counted: Counter[tuple[str, str, int]]) -> Metric:
    family = CounterMetricFamily(
        f"seccheck_{kind}_verdicts",
        f"Checked {what} by API and by what was said of them.",
        labels=["api", "suggest", "label"],
    )
    for (api, suggest, label), value in sorted(counted.items()):
        family.add_metric([api, str(suggest), str(int(label))], value)
    return family


def _seconds(metrics: Metrics) -> Metric:
    family = HistogramMetricFamily(
        "seccheck_request_seconds",
        "Time from the request's head to its answer.",
        labels=["endpoint"],
    )
    for endpoint, row in sorted(metrics.seconds.items()):
        total = 0.0
        buckets = []
        for bound, value in zip((*BUCKETS, "+Inf"), row[:-1], strict=True):
            total += value
            buckets.append((str(bound), total))
        family.add_metric([endpoint], buckets, row[-1])
    return family


def _gauges(gauges: Gauges) -> Iterable[Metric]:
    yield GaugeMetricFamily(
        "seccheck_ready", "1 once the lexicon is loaded.", value=float(gauges.ready)
    )
    info = GaugeMetricFamily(
        "seccheck_lexicon_info", "The lexicon version in use.", labels=["version"]
    )
    info.add_metric([gauges.lexicon], 1)
    yield info
