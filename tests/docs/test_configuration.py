"""docs/reference/configuration.md: every setting stands in it with its default, and none that is not there."""

import tomllib

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import config
import config_blocks
import config_problems
import config_values
from tests.docs.pages import REFERENCE, section, table

PAGE = REFERENCE / "configuration.md"
#: heading in the page -> the model behind it
BLOCKS: dict[str, type[BaseModel]] = {
    "Top of the file": config_blocks.File,
    **{f"`[[{name}]]`": model for name, model in config_blocks.REPEATED.items()},
    **{f"`[{name}]`": config_blocks.MODELS[name] for name in config_blocks.SINGLE},
}
#: blocks inside the file have sections of their own
INNER = {*config_blocks.SINGLE, *config_blocks.REPEATED}


@pytest.mark.parametrize("block", BLOCKS)
def test_each_setting_of_a_block_is_described_and_no_other(block: str) -> None:
    described = table(section(PAGE, block)).keys()
    known = BLOCKS[block].model_fields.keys() - (INNER if block == "Top of the file" else set())
    assert described == known, f"repair the table under {block} in {PAGE}"


def _cases() -> list[tuple[str, str]]:
    return [
        (block, name)
        for block, model in BLOCKS.items()
        for name, field in model.model_fields.items()
        if field.default is not PydanticUndefined and name not in INNER
    ]


@pytest.mark.parametrize(("block", "name"), _cases())
def test_the_default_in_the_page_is_the_default_of_the_program(block: str, name: str) -> None:
    written = table(section(PAGE, block))[name][0]
    default = BLOCKS[block].model_fields[name].default
    if default is None:
        assert written in ("not set", "that of `[schedule]`")
        return
    read = tomllib.loads(f"x = {written.strip('`')}")["x"]
    shown = BLOCKS[block].model_construct(**{name: default}).model_dump(include={name})[name]
    assert read == (list(shown) if isinstance(shown, tuple) else shown), f"{written} stands in {PAGE} for {name}"


def test_the_example_on_top_is_a_good_file(tmp_path: object) -> None:
    example = PAGE.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    found = config.parse(example, PAGE, {})
    assert config.warnings(found) == ()


def test_each_field_that_can_be_selected_is_named() -> None:
    described = table(section(PAGE, "`[[source]]`"))["select"][1]
    assert all(f"`{field}`" in described for field in config_values.SELECTABLE)


def test_each_variable_of_the_environment_is_described() -> None:
    known = {config.CONFIG_VARIABLE, *config_problems.VARIABLES.values()}
    assert table(section(PAGE, "Environment")).keys() == known
