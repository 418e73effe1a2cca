# One verb, one line; `make` alone lists them. CI calls the same verbs (.ci/run).

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test lint bench openapi docs fuzz chaos models model clean

VENV := .venv
BIN := $(VENV)/bin
CLIENTS := tests/acceptance/node
MODELS = $(or $(SECCHECK_DATA_DIR),data)/models
# The first interpreter that is new enough; override with `make PYTHON=… run`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
# All tests run in three processes (many wait for children), each file in one of them, in
# the order of the folders: files with few long tests would otherwise come last, and alone.
# What ARGS names runs in one.
PARALLEL := -n 3 --dist loadfile --no-loadscope-reorder
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--constraint constraints.txt --editable

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.run $(VENV)/.nsfw ## Install what is needed, then serve on http://127.0.0.1:8000
	@exec $(BIN)/seccheck serve

test: $(VENV)/.dev $(VENV)/.clients ## Install what the tests need and run them all
	@$(BIN)/pytest $(if $(ARGS),$(ARGS),$(PARALLEL))

lint: $(VENV)/.dev ## Style, types, import arrows, generated files, wordlists
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tools.openapi --check
	@$(BIN)/python -m tools.docs --check
	@$(BIN)/seccheck wordlist lint

bench: $(VENV)/.dev ## Measure every speed claim beside its baseline
	@$(BIN)/python -m benchmarks $(ARGS)

openapi: $(VENV)/.dev ## Write openapi/openapi.json from the code
	@$(BIN)/python -m tools.openapi

docs: $(VENV)/.dev ## Write docs/settings.md from the Settings class
	@$(BIN)/python -m tools.docs

fuzz: $(VENV)/.dev ## Fuzz the API against its own OpenAPI document, for longer
	@SECCHECK_FUZZ_EXAMPLES=200 $(BIN)/pytest tests/fuzz $(ARGS)

chaos: $(VENV)/.dev ## Kill processes at random while a thousand jobs flow, then read the books
	@$(BIN)/python -m tests.chaos $(ARGS)

models: $(VENV)/.models ## Make the nudity model from an npm package, into data/models
	@$(BIN)/python -m tools.models --out $(MODELS) $(ARGS)

model: $(VENV)/.dev ## Train the content model again from data sets in DATA=folder
	@$(BIN)/python -m tools.model --out app/text/data/content.model \
		--card docs/model $(if $(DATA),--data $(DATA)) $(ARGS)

clean: ## Remove the environment and every cache; keeps ./data
	@rm -rf $(VENV) $(CLIENTS)/node_modules .pytest_cache .mypy_cache .ruff_cache \
		.hypothesis .import_linter_cache .schemathesis .coverage build dist *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "seccheck needs Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "No virtual environment: on Debian, install python3-venv." >&2; exit 1; }

# Stamps: a second run installs nothing unless these files have changed.
$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing seccheck into $(VENV) (once) ..."
	@$(PIP_INSTALL) '.[av,fast,models,ocr]'
	@touch $@

# Once; the service says at each start which classifiers it has to do without.
$(VENV)/.nsfw: | $(VENV)/.run
	@if test -f $(MODELS)/nsfw.toml; then true; \
	elif ! command -v npm >/dev/null 2>&1; then \
		echo "Pictures are not checked for nudity yet: install npm, then 'make models'."; \
	elif ! $(BIN)/python -m tools.models --out $(MODELS); then \
		echo "Pictures are not checked for nudity yet; 'make models' tries again."; fi
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing seccheck and the test tools into $(VENV) (once) ..."
	@$(PIP_INSTALL) '.[dev]'
	@touch $@ $(VENV)/.run

$(VENV)/.models: pyproject.toml constraints.txt | $(BIN)/python
	@$(PIP_INSTALL) '.[models]'
	@touch $@

# Real Node clients for the acceptance tests; those skip, saying so, without npm.
$(VENV)/.clients: $(wildcard $(CLIENTS)/package*.json) | $(BIN)/python
	@if command -v npm >/dev/null 2>&1 && test -f $(CLIENTS)/package-lock.json; then \
		echo "Installing the Node clients (once) ..."; \
		npm ci --prefix $(CLIENTS) --no-audit --no-fund --silent; \
	else echo "No npm here: tests with Node clients will be skipped."; fi
	@touch $@
