# Largesse. Needs git, make and Python 3.11 or newer; everything else is installed here, by version and hash.
# `make` alone says what there is. Flags of a command go into ARGS: make demo ARGS="--port 9000"

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
ARGS ?=
UPGRADE ?=
BIN := .venv/bin

# A uv of one's own is used as it is; without one, the pinned version goes into .tools/.
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)

# An empty file that is newer than what it was made from: repeating a target costs nothing.
RUN := .venv/.installed-run
DEV := .venv/.installed-dev

.PHONY: help setup test check format lock serve demo bench clean

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

setup: $(DEV) ## install everything that development needs into .venv

test: $(DEV) ## run all tests (ARGS="tests/cli -x" runs some)
	$(BIN)/python -m pytest $(ARGS)

check: $(DEV) ## lint, format, types and import contracts, changing nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(DEV) ## write the format and the simple corrections
	$(BIN)/ruff check --fix-only --exit-zero .
	$(BIN)/ruff format .

demo: $(RUN) ## start a server with a database and an example shop (Ctrl-C stops all of it)
	@exec $(BIN)/python -m largesse demo $(ARGS)

serve: $(RUN) ## start a server on LARGESSE_DATABASE_URL or on the embedded database
	@exec $(BIN)/python -m largesse serve $(ARGS)

bench: $(DEV) ## measure (ARGS="session_update" one question; LARGESSE_BENCH_SECONDS=2 is shorter)
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(UV) ## write the lock files (UPGRADE=--upgrade chooses all versions anew)
	$(UV) pip compile $(LOCK) $(UPGRADE) pyproject.toml --group build -o requirements.lock
	$(UV) pip compile $(LOCK) $(UPGRADE) pyproject.toml --group dev -c requirements.lock \
		-o requirements-dev.lock

clean: ## remove what was installed and cached here
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

LOCK := --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	--python-version 3.11

# The package itself is installed in place; its build needs only what the lock has already brought.
INSTALL_SELF := pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation \
	--editable .

$(DEV): requirements-dev.lock pyproject.toml | .venv/bin/python
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	$(UV) $(INSTALL_SELF)
	@touch $(RUN) $@

$(RUN): requirements.lock pyproject.toml | .venv/bin/python
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes \
		-r requirements.lock
	$(UV) $(INSTALL_SELF)
	@touch $@

.venv/bin/python: | $(UV)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is \
	needed; name one: make PYTHON=python3.12")'
	$(UV) venv --quiet --python $(PYTHON) .venv

.tools/bin/uv: requirements-uv.lock
	$(PYTHON) -m venv .tools
	.tools/bin/python -m pip install --quiet --require-hashes -r requirements-uv.lock
	@touch $@
