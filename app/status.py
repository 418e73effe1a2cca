"""How the rooms of one process stand, as numbers for `/metrics`."""

from collections import Counter, defaultdict

from app.api.admin import Desk
from app.api.figures import STAGES, Numbers
from app.api.figures_jobs import CALLBACK_OUTCOMES, CHECK_OUTCOMES
from app.api.media.watch import JobWatch
from app.image.checker import ImageChecker
from app.jobs import Intake, Upkeep, Worker
from app.lexicon.watch import Follower
from app.pictures.watch import PictureFollower
from app.text.model.shipped import ModelFollower
from app.vitals import Alerts


def numbers(
    follower: Follower,
    desk: Desk,
    alerts: Alerts,
    model: ModelFollower | None = None,
) -> Numbers:
    """Every number that `app.api.figures` has a meaning for; no I/O."""
    breaker, sent, trial = (
        desk.breaker.figures(),
        alerts.figures(),
        desk.trial.figures(),
    )
    samples, backtests, shadow = trial.samples, trial.backtests, trial.shadow
    known: dict[str, float | None] = {
        "lexicon_failing": follower.error is not None,
        "content_model_failing": None if model is None else model.error is not None,
        "lexicon_installed_at": follower.installed_at,
        "lexicon_confirmed_at": follower.confirmed_at,
        "words_held": breaker.held,
        "words_tripped": breaker.tripped,
        "judged_at": breaker.judged_at,
        "alerts_delivered": sent.delivered,
        "alerts_failed": sent.failed,
        "alerts_given_up": sent.given_up,
        "samples_taken": samples.taken,
        "samples_missed": samples.missed,
        "samples_purged": samples.purged,
        "samples_unreadable": samples.unreadable,
        "samples_kept": samples.kept,
        "samples_oldest_seconds": samples.oldest_seconds,
        "samples_purged_at": samples.purged_at,
        "backtests_done": backtests.done,
        "backtests_failed": backtests.failed,
        "backtests_cancelled": backtests.cancelled,
        "backtests_open": trial.backtests_open,
        "shadow_active": shadow.active,
        "shadow_failing": shadow.error is not None,
        "shadow_queued": shadow.queued,
        "shadow_texts_compared": shadow.compared,
        "shadow_texts_flipped": shadow.flipped,
        "shadow_texts_dropped": shadow.dropped,
        "shadow_busy_seconds": shadow.busy_seconds,
    }
    return {key: float(value) for key, value in known.items() if value is not None}


def image_numbers(images: ImageChecker, lists: PictureFollower) -> Numbers:
    """The numbers of the image room; classifiers of others are counted together."""
    figures = images.figures()
    told: dict[str, float] = {
        "image_queue": figures.waiting,
        "image_workers": figures.ready,
        "image_worker_memory": max(figures.memory, default=0),
        "image_classifiers_missing": len(images.missing),
        "image_refused": figures.busy,
        "picture_lists_failing": lists.error is not None,
        "picture_lists_pictures": lists.count,
    }
    for trouble, count in figures.deaths.items():
        told[f"image_worker_deaths_{trouble.value}"] = count
    counts, seconds = Counter[str](), defaultdict[str, float](float)
    for name, spent in figures.stages.items():
        stage = name if name in STAGES else "others"
        counts[stage] += spent.count
        seconds[stage] += spent.milliseconds / 1000
    told |= {f"image_stages_{stage}": count for stage, count in counts.items()}
    told |= {f"image_stage_seconds_{stage}": value for stage, value in seconds.items()}
    return told


def job_numbers(
    watch: JobWatch,
    intake: Intake | None = None,
    worker: Worker | None = None,
    upkeep: Upkeep | None = None,
) -> Numbers:
    """The numbers of checks of media, of what this process has to do with them."""
    told = _job_backlog(watch)
    if intake is not None:
        accepted = intake.figures
        told["jobs_accepted"] = accepted.accepted
        told["jobs_repeated"] = accepted.repeated
        told["jobs_refused"] = accepted.refused
        told["job_commits"] = accepted.commits
    if worker is not None:
        told |= {f"job_checks_{name}": worker.counts[name] for name in CHECK_OUTCOMES}
        told |= {f"callbacks_{name}": worker.counts[name] for name in CALLBACK_OUTCOMES}
        told["jobs_late"] = worker.counts["late"]
        told["jobs_busy_check"], told["jobs_busy_callback"] = worker.busy
    if upkeep is not None:
        kept = upkeep.figures
        told["jobs_forgotten_content"] = kept.wiped
        told["jobs_forgotten_rows"] = kept.dropped
        told["jobs_forgotten_callbacks"] = kept.buried
        told["jobs_retention_late_content"] = kept.content_late
        told["jobs_retention_late_rows"] = kept.rows_late
    return told


def _job_backlog(watch: JobWatch) -> dict[str, float]:
    """What is left to do over all processes, as far as it is known."""
    left = watch.figures
    if left is None or watch.asked_at is None:
        return {}
    return {
        "jobs_waiting_check": left.jobs.waiting,
        "jobs_waiting_callback": left.deliveries.waiting,
        "jobs_taken_check": left.jobs.taken,
        "jobs_taken_callback": left.deliveries.taken,
        "jobs_oldest_seconds_check": left.job_age,
        "jobs_oldest_seconds_callback": left.delivery_age,
        "jobs_dead_check": left.dead_jobs,
        "jobs_dead_callback": left.dead_deliveries,
        "callbacks_held": left.held_deliveries,
        "callback_endpoints_disabled": left.disabled_endpoints,
        "jobs_asked_at": watch.asked_at,
    }
