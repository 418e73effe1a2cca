"""Trying wordlists before they are served: samples, backtests, shadows."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.trial.backtests import Backtests
    from app.trial.cipher import Cipher, key_from_file, parse_key
    from app.trial.errors import TrialBusyError, TrialError, TrialNotFoundError
    from app.trial.records import Backtest, FlipPage
    from app.trial.report import Flip, Refused, Summary, TermFlip
    from app.trial.room import Trial, TrialFigures
    from app.trial.sample_choices import Kept
    from app.trial.samples import Samples
    from app.trial.shadow_records import Shadow
    from app.trial.shadow_watch import ShadowWatch
    from app.trial.shadows import Shadows
    from app.trial.sources import FileSource, SampleSource, Source, TextsSource
    from app.trial.texts import Text

__all__ = [
    "Backtest",
    "Backtests",
    "Cipher",
    "FileSource",
    "Flip",
    "FlipPage",
    "Kept",
    "Refused",
    "SampleSource",
    "Samples",
    "Shadow",
    "ShadowWatch",
    "Shadows",
    "Source",
    "Summary",
    "TermFlip",
    "Text",
    "TextsSource",
    "Trial",
    "TrialBusyError",
    "TrialError",
    "TrialFigures",
    "TrialNotFoundError",
    "key_from_file",
    "parse_key",
]

_HOMES = {
    "Backtest": "app.trial.records",
    "Backtests": "app.trial.backtests",
    "Cipher": "app.trial.cipher",
    "FileSource": "app.trial.sources",
    "Flip": "app.trial.report",
    "FlipPage": "app.trial.records",
    "Kept": "app.trial.sample_choices",
    "Refused": "app.trial.report",
    "SampleSource": "app.trial.sources",
    "Samples": "app.trial.samples",
    "Shadow": "app.trial.shadow_records",
    "ShadowWatch": "app.trial.shadow_watch",
    "Shadows": "app.trial.shadows",
    "Source": "app.trial.sources",
    "Summary": "app.trial.report",
    "TermFlip": "app.trial.report",
    "Text": "app.trial.texts",
    "TextsSource": "app.trial.sources",
    "Trial": "app.trial.room",
    "TrialBusyError": "app.trial.errors",
    "TrialError": "app.trial.errors",
    "TrialFigures": "app.trial.room",
    "TrialNotFoundError": "app.trial.errors",
    "key_from_file": "app.trial.cipher",
    "parse_key": "app.trial.cipher",
}


# The process of a backtest must not load the database driver.
def __getattr__(name: str) -> Any:
    """Load what the door offers when it is first asked for."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)
