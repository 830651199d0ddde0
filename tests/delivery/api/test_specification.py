"""The API keeps its own specification: schemathesis makes questions of it, right ones and wrong ones."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from config_blocks import Serve
from storage.database import Database
from tests.delivery.api.conftest import NO_TOKEN, running
from tests.delivery.conftest import NOW, Desk

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection, unsupported_method,
]  # fmt: skip


@pytest.fixture
def served(database: Database, desk: Desk) -> Iterator[Any]:
    """The specification as a server hands it out that has something to show."""
    desk.keep("https://daily.example/a", date_published=NOW, keywords=("one", "two"))
    desk.revise("https://daily.example/a", "Corrected")
    with running(database, Serve(port=0, token=NO_TOKEN)) as client:
        yield schemathesis.openapi.from_url(f"{client.front.url}/openapi.json")


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_as_specified(served: Any, mode: GenerationMode) -> None:
    asked = 0
    for operation in (result.ok() for result in served.get_all_operations()):
        strategy = operation.as_strategy(generation_mode=mode)
        with suppress(Unsatisfiable):  # nothing can be wrong with a question that has no parameters

            @settings(
                max_examples=10, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
            )
            @given(case=strategy)
            def ask(case: Any) -> None:
                if isinstance(case.query, dict):
                    case.query.pop("wait", None)  # nobody has the time
                case.call_and_validate(checks=CHECKS)

            ask()
        asked += 1
    assert asked == 12
