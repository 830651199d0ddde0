# Newswatch: everything that is done by hand, in one file. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := --require-hashes --only-binary :all:
# how many tests run at once
JOBS ?= 2

# a stamp is newer than all it was made from
VENV_MADE := $(VENV)/.made
INSTALLED := $(VENV)/.installed
TOOLS := $(VENV)/.installed-tools

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run demo test lint format bench corpus faults lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## make .venv with the command newswatch in it

run: $(INSTALLED) ## start the daemon on newswatch.toml
	@$(BIN)/newswatch --config newswatch.toml run

demo: $(INSTALLED) ## two minutes of the daemon, against a small news web on loopback
	@$(BIN)/python -m demo

test: lint ## lint, types and all tests (ALL=1: the long forms, too)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(if $(ALL),,-m "not slow") $(PYTEST_ARGS)

lint: $(TOOLS) ## ruff, mypy and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(TOOLS) ## let ruff repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(TOOLS) ## what we claim, measured beside others: one figure after the other
	@for benchmark in benchmarks/[a-z]*.py; do echo "== $$benchmark"; $(BIN)/python "$$benchmark" || exit 1; done

corpus: $(TOOLS) ## read all files of DIR (archives, too) as the crawler would: no crash, no file over 2 s of CPU, no unclean row
	@$(BIN)/python -m tests.corpus "$(or $(DIR),tests/corpus/files)"

faults: $(TOOLS) ## a minute of kills, restarts and a full disk on both databases (LONG=1: for the night)
	$(BIN)/python -m pytest -q tests/faults tests/integration/test_kill.py $(if $(LONG),,-m "not slow")

lock: ## write requirements*.txt anew after a change of pyproject.toml (UPGRADE=1: newest versions)
	@.ci/lock

clean: ## remove what make made; the database stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV_MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Newswatch needs Python 3.11 or newer. Name one:  make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv is missing. Install it, then repeat make:  sudo apt-get install -y python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(INSTALLED): requirements.txt pyproject.toml $(VENV_MADE)
	@echo "installing what requirements.txt locks (about half a minute)"
	@$(PIP) install $(LOCKED) -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TOOLS): requirements-dev.txt $(INSTALLED)
	@echo "installing the tools of make test"
	@$(PIP) install $(LOCKED) -r requirements-dev.txt
	@touch $@
