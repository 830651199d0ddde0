"""docs/reference/api.md: every address of the API with its parameters, as the API itself specifies them."""

from typing import cast

from delivery.api.app import create_app
from delivery.api.entry import Entry
from docs import generate
from storage.database import Database
from tests.docs.pages import REFERENCE, section, table

PAGE = REFERENCE / "api.md"


def test_the_generated_part_is_what_the_api_specifies() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert generate.renewed(text) == text, "run: .venv/bin/python -m docs.generate"


def test_each_status_is_told() -> None:
    app = create_app(cast("Database", None), Entry(None))
    specified = {int(status) for path in app.openapi()["paths"].values() for status in path["get"]["responses"]}
    told = {int(status) for status in table(section(PAGE, "What the statuses mean"))}
    assert specified - {200, 400} <= told


def test_each_address_says_what_it_gives() -> None:
    generated = generate.api()
    assert "| `after` | `0` | A number. Number of the last change that you have seen. |" in generated
    assert "| `copies` |  | `true` or `false`." in generated
    assert generated.count("### `/") == 12
