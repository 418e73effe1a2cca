"""Trying wordlists before they are served: samples, backtests, shadows."""

from app.trial.backtests import Backtests
from app.trial.cipher import Cipher, key_from_file, parse_key
from app.trial.errors import TrialBusyError, TrialError, TrialNotFoundError
from app.trial.records import Backtest, FlipPage
from app.trial.report import Flip, Refused, Summary, TermFlip
from app.trial.room import Trial, TrialFigures
from app.trial.samples import Kept, Samples
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
