import pytest

from app.store.url import UrlError, parse_url


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///data/x.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:////var/x.db", "sqlite+aiosqlite"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg"),
        ("postgres://u:p@h:5433/d", "postgresql+asyncpg"),
        ("postgresql+psycopg://h/d", "postgresql+asyncpg"),
    ],
)
def test_the_driver_follows_from_the_plain_name(given: str, driver: str) -> None:
    assert parse_url(given).url.drivername == driver


def test_libpq_options_are_translated() -> None:
    address = parse_url("postgres://h/d?sslmode=require&search_path=mine")
    assert address.url.query == {"ssl": "require"}
    assert address.connect_args["server_settings"]["search_path"] == "mine"


@pytest.mark.parametrize(
    "given",
    ["", "nonsense", "mysql://u:hunter2@h/d", "sqlite://", "sqlite:///:memory:"],
)
def test_an_unusable_address_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(UrlError) as caught:
        parse_url(given)
    assert "hunter2" not in str(caught.value)
