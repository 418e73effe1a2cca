"""How the numbers of several processes become one scrape."""

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from app.api.figures import FIGURES, Numbers, Sum
from app.api.metrics import Gauges, Metrics, Total, families
from app.api.metrics_share import SharedMetrics
from tests.api.fakes import World


class Scrape(Collector):
    def __init__(self, total: Total) -> None:
        self._total = total

    def collect(self) -> Iterable[Metric]:
        return families(self._total, Gauges(ready=True, lexicon="7"))


def shown(total: Total) -> list[str]:
    """The lines of a scrape."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Scrape(total))
    return generate_latest(registry).decode().splitlines()


def summed(*told: Numbers) -> list[str]:
    total = Total()
    for one in told:
        total.figures.add(one)
    return shown(total)


def test_each_kind_adds_up_in_its_own_way() -> None:
    lines = summed(
        {"words_tripped": 2, "shadow_queued": 5, "words_held": 3, "judged_at": 50},
        {"words_tripped": 1, "shadow_queued": 1, "words_held": 4, "judged_at": 20},
        {"lexicon_confirmed_at": 90},
        {"lexicon_confirmed_at": 80},
    )
    assert "seccheck_breaker_trips_total 3.0" in lines
    assert "seccheck_shadow_queue 6.0" in lines
    assert "seccheck_breaker_words_held 4.0" in lines
    assert "seccheck_breaker_judged_timestamp_seconds 50.0" in lines
    assert "seccheck_lexicon_confirmed_timestamp_seconds 80.0" in lines


def test_values_of_one_label_are_one_family() -> None:
    lines = summed({"alerts_delivered": 2, "alerts_failed": 1})
    assert 'seccheck_alerts_total{result="delivered"} 2.0' in lines
    assert 'seccheck_alerts_total{result="failed"} 1.0' in lines
    assert lines.count("# TYPE seccheck_alerts_total counter") == 1


def test_what_nobody_told_is_left_out() -> None:
    assert not [line for line in summed({}) if "shadow" in line]


def test_of_a_process_that_ended_only_counters_count() -> None:
    total = Sum()
    total.add({"words_tripped": 1, "lexicon_failing": 1.0}, living=False)
    names = {family.name for family in total.families()}
    assert names == {"seccheck_breaker_trips"}


@pytest.mark.parametrize(("age", "failing"), [(0, 2), (3600, 1)])
def test_a_file_that_is_old_is_of_a_process_that_ended(
    tmp_path: Path, age: float, failing: int
) -> None:
    told = {"lexicon_failing": 1.0, "words_tripped": 4.0}
    other = tmp_path / "999999.json"
    other.write_text(json.dumps(Metrics(lambda: told).snapshot()))
    then = time.time() - age
    os.utime(other, (then, then))
    total = SharedMetrics(Metrics(lambda: told), tmp_path).total()
    assert f"seccheck_lexicon_failing {failing}.0" in shown(total)
    assert "seccheck_breaker_trips_total 8.0" in shown(total)


def test_keys_are_told_apart() -> None:
    assert len({figure.key for figure in FIGURES}) == len(FIGURES)


async def test_a_scrape_of_the_service_has_the_numbers(world: World) -> None:
    world.numbers["lexicon_failing"] = 1.0
    text = (await world.client.get("/metrics")).text
    assert "seccheck_lexicon_failing 1.0" in text
