"""How the rooms of one process stand, as numbers for `/metrics`."""

from collections import Counter, defaultdict

from app.api.admin import Desk
from app.api.figures import STAGES, Numbers
from app.image.checker import ImageChecker
from app.lexicon.watch import Follower
from app.pictures.watch import PictureFollower
from app.vitals import Alerts


def numbers(follower: Follower, desk: Desk, alerts: Alerts) -> Numbers:
    """Every number that `app.api.figures` has a meaning for; no I/O."""
    breaker, sent, trial = (
        desk.breaker.figures(),
        alerts.figures(),
        desk.trial.figures(),
    )
    samples, backtests, shadow = trial.samples, trial.backtests, trial.shadow
    known: dict[str, float | None] = {
        "lexicon_failing": follower.error is not None,
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
