"""Tables of the trial room: samples, backtests, shadows.

Times are Unix seconds. Text that somebody wrote stands only in `content` and
`examples`, encrypted; a candidate is written as `version:5` or `draft:3@7`.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from app.store.base import metadata

# SQLite numbers rows by itself only when the key is declared INTEGER.
_row_id = BigInteger().with_variant(Integer, "sqlite")
_CANDIDATE = 64
_WHO = 100

# Without a reference to `app`: one odd row must never stop the others.
trial_sample = Table(
    "trial_sample",
    metadata,
    Column("id", _row_id, primary_key=True),
    Column("appid", String(64), nullable=False),
    Column("scene", String(16), nullable=False),
    Column("at", Double, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""A ring of recent texts for each app that opted in."""

Index("ix_trial_sample_ring", trial_sample.c.appid, trial_sample.c.id)
Index("ix_trial_sample_at", trial_sample.c.at)

trial_backtest = Table(
    "trial_backtest",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("candidate", String(_CANDIDATE), nullable=False),
    Column("base", String(_CANDIDATE), nullable=False),
    Column("source", String(16), nullable=False),  # file, texts or sample
    Column("who", String(_WHO), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Double, nullable=False),
    # Of the process that runs it; a row without a recent one was abandoned.
    Column("beat_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("cancelled", Boolean, nullable=False),  # asked for, maybe elsewhere
    Column("progress", Double),  # 0 to 1, NULL when the end is not known
    Column("texts", BigInteger, nullable=False),
    Column("error", Text),
    # Totals as JSON, NULL until it is done; see app.trial.report.
    Column("summary", JSON),
)
"""One comparison of a candidate with a base."""

trial_backtest_term = Table(
    "trial_backtest_term",
    metadata,
    Column(
        "backtest", ForeignKey("trial_backtest.id", ondelete="CASCADE"), nullable=False
    ),
    Column("place", Integer, nullable=False),  # 0 is the most frequent
    Column("list_name", String(64), nullable=False),
    Column("term", Text, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("before", String(8), nullable=False),
    Column("after", String(8), nullable=False),
    Column("times", BigInteger, nullable=False),
    Column("examples", LargeBinary),
    Column("samples", JSON),  # ids in trial_sample, as long as they are there
)
"""What changed decisions, and how often."""

Index(
    "uq_trial_backtest_term_place",
    trial_backtest_term.c.backtest,
    trial_backtest_term.c.place,
    unique=True,
)

trial_shadow = Table(
    "trial_shadow",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("candidate", String(_CANDIDATE), nullable=False),
    Column("base", Integer, nullable=False),  # the live version at the start
    Column("share", Double, nullable=False),
    Column("scenes", String(200), nullable=False),  # names joined by ";"
    Column("state", String(16), nullable=False),  # running, stopped or promoted
    Column("started_at", Double, nullable=False),
    Column("started_by", String(_WHO), nullable=False),
    Column("ended_at", Double),
    Column("ended_by", String(_WHO)),
    Column("reason", Text),
    Column("dropped", BigInteger, nullable=False),
)
"""A candidate that runs beside the live version; at most one at a time."""

Index(
    "uq_trial_shadow_running",
    trial_shadow.c.state,
    unique=True,
    sqlite_where=trial_shadow.c.state == "running",
    postgresql_where=trial_shadow.c.state == "running",
)

trial_shadow_count = Table(
    "trial_shadow_count",
    metadata,
    Column(
        "shadow",
        ForeignKey("trial_shadow.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("scene", String(16), primary_key=True),
    Column("before", String(8), primary_key=True),
    Column("after", String(8), primary_key=True),
    # "" for texts, with no word; else what a word did.
    Column("kind", String(8), primary_key=True),
    Column("term_key", LargeBinary(16), primary_key=True),
    Column("list_name", String(64), nullable=False),
    Column("term", Text, nullable=False),
    Column("times", BigInteger, nullable=False),
)
"""What a shadow would have decided otherwise, summed over all processes."""
