"""Properties of the engine are judged by results, never by the clock."""

from hypothesis import settings

# The first check of a process reads tables; a deadline would make that flaky.
settings.register_profile("seccheck", deadline=None)
settings.load_profile("seccheck")
