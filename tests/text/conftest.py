"""Properties of the engine are judged by results, never by the clock."""

import os

from hypothesis import settings

# The first check of a process reads tables; a deadline would make that flaky. In CI
# the examples are always the same: new ones are found while developing.
settings.register_profile("seccheck", deadline=None)
settings.register_profile("seccheck-ci", deadline=None, derandomize=True)
settings.load_profile("seccheck-ci" if os.environ.get("CI") else "seccheck")
