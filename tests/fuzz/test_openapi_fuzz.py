"""Throw requests made from our own OpenAPI document at the service.

Two aims: nothing is ever a server error or a shape that the document does not
know, and what the document forbids is refused by the native API. The compatible
endpoints answer 200 to everything by contract, so the checks that want a 4xx are
for the others.
"""

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks

from tests.api.fakes import TOKEN
from tests.api.media_fakes import FakeMedia
from tests.api.picture_world import CLEAN, make_pictures

EXAMPLES = int(os.environ.get("SECCHECK_FUZZ_EXAMPLES", "100"))
"""For each operation; the default takes well under a minute."""

load_all_checks()
_pictures = make_pictures()
_pictures.web.usual = CLEAN
_pictures.world.rooms.media = FakeMedia().room
_app = _pictures.world.client._transport.app  # type: ignore[attr-defined]
_schema = schemathesis.openapi.from_asgi("/openapi.json", _app)
# A body that breaks the limits may also be refused for its size alone.
_rejections = _schema.config.checks.negative_data_rejection.expected_statuses
_schema.config.checks.negative_data_rejection.expected_statuses = [*_rejections, "413"]
_COMMON = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
_NATIVE = [
    *_COMMON,
    checks.negative_data_rejection,
    checks.positive_data_acceptance,
    checks.unsupported_method,
]
_OPEN = {"lists", "urls", "file", "url"}
_fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@_schema.include(path_regex="^/(wxa|cgi-bin)/").parametrize()
@_fuzzed
@pytest.mark.slow
def test_compatible_endpoints(case: Any) -> None:
    case.query = {**(case.query or {}), "access_token": TOKEN}
    case.call_and_validate(checks=_COMMON)


@_schema.include(path_regex="^/v1/").parametrize()
@_fuzzed
@pytest.mark.slow
def test_native_endpoints(case: Any) -> None:
    wanted = list(_NATIVE)
    if isinstance(case.body, dict) and _OPEN & case.body.keys():
        # Which lists there are, and what an address or a picture is to its last
        # letter, is no matter of the schema.
        wanted.remove(checks.positive_data_acceptance)
    case.call_and_validate(checks=wanted, headers={"Authorization": f"Bearer {TOKEN}"})


@_schema.include(path_regex="^/(livez|readyz|metrics)").parametrize()
@settings(_fuzzed, max_examples=5)
@pytest.mark.slow
def test_probes(case: Any) -> None:
    case.call_and_validate(checks=_COMMON)
