"""Numbers of checks of media for `/metrics`."""

from app.api.figure import Figure, each

CHECK_OUTCOMES = ("checked", "failed", "gave_up", "retried")
"""How tries of checks of media end; `failed` is one that can never succeed."""
CALLBACK_OUTCOMES = ("taken", "retry", "refused", "gone")
"""How tries of callbacks end; after `gone` the receiver wants no more."""
_WORK = ("check", "callback")


def job_figures() -> list[Figure]:
    """What is left to do for checks of media, and what this process does of it."""
    return [
        *each(
            "most",
            "seccheck_jobs_waiting",
            "Checks and callbacks that wait, those for a later try included.",
            "work",
            _WORK,
        ),
        *each(
            "most",
            "seccheck_jobs_taken",
            "Checks and callbacks that workers have.",
            "work",
            _WORK,
        ),
        *each(
            "most",
            "seccheck_jobs_oldest_seconds",
            "How long the first of what is due has waited.",
            "work",
            _WORK,
        ),
        *each(
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
        *each(
            "sum",
            "seccheck_jobs_busy",
            "Checks and callbacks under way.",
            "work",
            _WORK,
        ),
        *each(
            "counter",
            "seccheck_job_checks",
            "Tries of checks by how they ended.",
            "outcome",
            CHECK_OUTCOMES,
        ),
        *each(
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
        *each(
            "counter",
            "seccheck_jobs_forgotten",
            "What was deleted by age.",
            "what",
            ("content", "rows", "callbacks"),
        ),
        *each(
            "most",
            "seccheck_jobs_retention_late",
            "Seconds that what should be gone has been there for too long.",
            "what",
            ("content", "rows"),
        ),
    ]
