"""Processes die at random while jobs flow; nothing is lost and nothing decided twice.

`make chaos` does the same with a thousand jobs.
"""

import asyncio

import pytest

from tests.chaos.driver import Plan, chaos

JOBS = 60


@pytest.mark.slow
def test_the_books_agree_whatever_dies(empty_database_url: str) -> None:
    plan = Plan(empty_database_url, JOBS, seed=3, poison=1, seconds=120.0)
    run, books = asyncio.run(chaos(plan))
    assert books.faults == []
    assert (books.answered, books.jobs, books.given_up) == (JOBS, JOBS, 1)
    assert books.callbacks >= JOBS
    assert run.deaths >= 4  # the poison alone ends so many
