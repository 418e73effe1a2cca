"""What can go wrong with a trial; the texts are for the operator."""


class TrialError(Exception):
    """A trial cannot be begun or continued as asked."""


class TrialNotFoundError(TrialError):
    """There is no such backtest or shadow."""


class TrialBusyError(TrialError):
    """Something like it is under way already; wait, or end that first."""
