import os
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from app.settings import Settings
from app.settings_breaker import BreakerKnobs
from app.vitals import BreakerSettings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SECCHECK_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("model", [Settings, BreakerKnobs])
def test_every_setting_is_documented(model: type[BaseModel]) -> None:
    fields = model.model_fields.items()
    assert [name for name, field in fields if not field.description] == []


def test_the_knobs_of_the_breaker_are_its_own() -> None:
    knobs = BreakerKnobs().model_dump()
    own = asdict(BreakerSettings())
    assert {name: own[name] for name in knobs} == knobs


def test_the_secret_key_is_not_shown() -> None:
    key = "ab" * 32
    assert key not in repr(Settings(secret_key=key))


def test_the_embedded_database_lies_in_the_data_folder() -> None:
    assert Settings().database == "sqlite:///data/seccheck.db"
    assert Settings(data_dir=Path("/x")).database == "sqlite:////x/seccheck.db"
    assert Settings(database_url="postgresql://h/d").database == "postgresql://h/d"


def test_a_database_password_is_not_shown() -> None:
    assert "hunter2" not in repr(Settings(database_url="postgresql://u:hunter2@h/d"))


def test_the_shipped_wordlists_are_found() -> None:
    assert Settings().wordlists_dir.is_absolute()
    assert Settings().wordlists_dir.name == "wordlists"


@pytest.mark.parametrize(
    ("name", "value", "field", "wanted"),
    [
        ("PORT", "0", "port", 0),
        ("TOKEN_TTL", "60", "token_ttl", timedelta(seconds=60)),
        ("TOKEN_TTL", "PT2H", "token_ttl", timedelta(hours=2)),
        ("LEXICON_POLL", "0.5", "lexicon_poll", timedelta(seconds=0.5)),
        ("MAX_BODY", "2MiB", "max_body", 2 * 1024**2),
        ("TRUSTED_PROXIES", "10.0.0.1, ::1,", "trusted_proxies", ("10.0.0.1", "::1")),
        ("SEARCH_NOTICES", '{"en": "hidden"}', "search_notices", {"en": "hidden"}),
        ("BREAKER_NEW_SHARE", "0.5", "breaker", BreakerKnobs(new_share=0.5)),
        ("BREAKER_JUMPS", "false", "breaker", BreakerKnobs(jumps=False)),
    ],
)
def test_the_environment_is_read(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, wanted: object
) -> None:
    monkeypatch.setenv(f"SECCHECK_{name}", value)
    assert getattr(Settings(), field) == wanted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "65536"),
        ("WORKERS", "0"),
        ("TOKEN_TTL", "-1"),
        ("TOKEN_TTL", "soon"),
        ("ENGINE", "magic"),
        ("MAX_BODY", "0"),
        ("SEARCH_NOTICES", "not JSON"),
        ("SEARCH_NOTICES", '["en"]'),
        ("SECRET_KEY", "short"),
        ("BREAKER_NEW_SHARE", "0"),
        ("BREAKER_NEW_SHARE", "1"),
        ("BREAKER_NO_SUCH_KNOB", "1"),
    ],
)
def test_nonsense_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"SECCHECK_{name}", value)
    with pytest.raises(ValidationError, match=name.lower().replace("er_n", "er.n")):
        Settings()
