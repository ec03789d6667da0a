# make demo   install, sail the default voyage, say where the report is
# make test   install, lint, type-check, run every test
# make help   the rest

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2

.PHONY: demo test lint types unit test-slow bench contracts clean help

demo: .venv/.installed node_modules/.installed
	@$(BIN)/hanse run

test: lint types unit

lint: .venv/.dev-installed
	$(BIN)/ruff format --check src tests benchmarks examples
	$(BIN)/ruff check src tests benchmarks examples

types: .venv/.dev-installed
	$(BIN)/mypy

unit: .venv/.dev-installed node_modules/.installed
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -rs

# Minutes to hours: kill tests at many more moments, large instances.
test-slow: .venv/.dev-installed node_modules/.installed
	$(BIN)/python -m pytest -m slow -rs

# Figures against named peers; INSTANCES are folders of problem files with best_known.json.
bench: .venv/.dev-installed
	$(BIN)/python benchmarks/composition.py
	$(BIN)/python benchmarks/certificates.py
	$(BIN)/python benchmarks/decomposition.py
	$(BIN)/hanse bench $(INSTANCES) --against pyjobshop,cpsat

# Compile the contracts again and refresh the packaged artefacts and the gas table.
contracts: node_modules/.installed
	node contracts/build.mjs
	node contracts/gas.mjs

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Hanse needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

.venv/.installed: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@# Compiles once, so that nobody waits.
	@$(BIN)/python -c "from hanse.planning.jobshop.search import orders, run; run.warm(); orders.warm()"
	@$(BIN)/python -c "from hanse.planning.flowshop.engine import warm; warm()"
	@$(BIN)/python -c "from hanse.planning.preferences.engine import warm; warm()"
	@touch $@

.venv/.dev-installed: .venv/.installed
	$(BIN)/python -m pip install --quiet --editable ".[telemetry,office,serve]" --group dev
	@touch $@

# Not `npm ci`: it wants the binaries of every platform in the lock file, and not every registry has them all.
node_modules/.installed: package.json package-lock.json
	npm install --no-save --silent
	@touch $@

clean:
	rm -rf .venv node_modules out .hanse contracts/out contracts/cache

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile
	@echo "make test-slow | bench INSTANCES=DIR | contracts | clean"
