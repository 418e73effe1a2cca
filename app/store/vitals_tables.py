"""Tables of what words did: counts, sketches of users, and holds."""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from app.store.base import metadata

_KEY = 16
"""Bytes of a term key, see `app.store.lexicon_keys`."""

# Counts refer to no other table: one odd row must never stop the others, and what
# a word did outlives the word.
vitals_texts = Table(
    "vitals_texts",
    metadata,
    # "minute" or "day", and the number of that minute or day since 1970 in UTC.
    Column("period", String(8), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("texts", BigInteger, nullable=False),
)
"""How many texts were checked."""

vitals_window = Table(
    "vitals_window",
    metadata,
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("term_key", LargeBinary(_KEY), primary_key=True),
    Column("hits", BigInteger, nullable=False),
    # Of these, how many named their user, and users new to the word on this day.
    Column("named", BigInteger, nullable=False),
    Column("users", Integer, nullable=False),
)
"""Texts with a word, by minute; kept for an hour or so."""

vitals_day = Table(
    "vitals_day",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("term_key", LargeBinary(_KEY), primary_key=True),
    Column("hits", BigInteger, nullable=False),
    Column("last_hit", Double, nullable=True),  # Unix time in seconds
    # A sketch of who was seen: nobody can be told from it, only how many.
    Column("users", LargeBinary, nullable=False),
    Column("user_count", Integer, nullable=False),
    # What reviewers thought of hits, on the day of their decision.
    Column("overturned", Integer, nullable=False),
    Column("upheld", Integer, nullable=False),
)
"""Texts with a word, by day."""

vitals_hold = Table(
    "vitals_hold",
    metadata,
    Column("term_key", LargeBinary(_KEY), primary_key=True),
    Column("list_name", String(64), nullable=False),
    Column("term", Text, nullable=False),
    # The version that brought the word in the form that tripped: a newer form of the
    # word is not held. Clocks of machines differ, numbers of versions do not.
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # tripped, confirmed or released
    Column("reason", String(16), nullable=False),  # new_term or jump
    # What was seen: texts with the word, of all texts, in how many minutes, and the
    # share that was usual before (NULL: nothing to compare with).
    Column("hits", BigInteger, nullable=False),
    Column("texts", BigInteger, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("usual_share", Double, nullable=True),
    Column("tripped_at", Double, nullable=False),
    Column("decided_at", Double, nullable=True),
    Column("decided_by", String(100), nullable=True),
    # The alert is due at this time; NULL when it was delivered or given up.
    Column("alert_due", Double, nullable=True),
    Column("alert_attempts", Integer, nullable=False),
    Column("alert_result", String(32), nullable=True),
)
"""Words that the breaker keeps at review, and those that it once did."""

Index("ix_vitals_hold_alert_due", vitals_hold.c.alert_due)
