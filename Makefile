# make demo   install, sail the default voyage, say where the report is
# make test   install, lint, type-check, run every test
# make help   the rest

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 3

.PHONY: demo test lint types unit test-slow test-network test-network-api test-cluster campaign bench docs contracts clean help

demo: .venv/.installed node_modules/.installed
	@$(BIN)/hanse run

test: lint types unit

lint: .venv/.dev-installed
	$(BIN)/ruff format --check src tests benchmarks examples handbook
	$(BIN)/ruff check src tests benchmarks examples handbook

types: .venv/.dev-installed
	$(BIN)/mypy

unit: .venv/.dev-installed node_modules/.installed
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -rs

# Minutes to hours: kill tests at many more moments, large instances, the whole service on PostgreSQL.
test-slow: .venv/.dev-installed node_modules/.installed
	$(BIN)/python -m pytest -m slow -rs
	HANSE_TEST_DATABASE=postgresql $(BIN)/python -m pytest -rs tests/app/api

# What a league does on a network of real validators, whose engine is built first (Go 1.21 or newer) and kept. Files in
# order: the longest are among the first.
test-network: .venv/.dev-installed node_modules/.installed
	HANSE_TEST_CHAIN=network $(BIN)/python -m pytest -rs -m "not slow" -n 2 --dist loadfile --no-loadscope-reorder \
		tests/network tests/app/api/test_life.py

# An hour: all that the service offers, for every file a league of its own on such a network; what turns a chain's clock
# or kills the chain has its own all the same.
test-network-api: .venv/.dev-installed node_modules/.installed
	HANSE_TEST_CHAIN=network $(BIN)/python -m pytest -rs -n 2 --dist loadfile tests/app/api

# Workers on a real Ray cluster, started on this machine: workers, nodes and askers are killed.
test-cluster: .venv/.dev-installed
	$(BIN)/python -m pip install --quiet --editable ".[cluster]"
	$(BIN)/python -m pytest -m cluster -rs tests/cluster

# Hours: kills, mutated inputs and requests, fuzzed calls, days of a league; goes on where it was stopped. docs/campaign.md
campaign: .venv/.dev-installed node_modules/.installed
	$(BIN)/python -m tests.campaign $(if $(PART),--part $(PART)) $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT))

# Figures against named peers; INSTANCES are folders of problem files with best_known.json.
bench: .venv/.dev-installed
	$(BIN)/python benchmarks/composition.py
	$(BIN)/python benchmarks/certificates.py
	$(BIN)/python benchmarks/decomposition.py
	$(BIN)/hanse bench $(INSTANCES) --against pyjobshop,cpsat

# The documentation site, in out/site; fails for a broken link or anything that is missing.
docs: .venv/.dev-installed node_modules/.installed
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

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
	$(BIN)/python -m pip install --quiet --editable ".[telemetry,office,serve,postgres]" --group dev
	@touch $@

# Not `npm ci`: it wants the binaries of every platform in the lock file, and not every registry has them all.
node_modules/.installed: package.json package-lock.json
	npm install --no-save --silent
	@touch $@

clean:
	rm -rf .venv node_modules out .hanse contracts/out contracts/cache

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile
	@echo "make docs | test-slow | test-network | test-network-api | test-cluster | campaign | bench INSTANCES=DIR | contracts | clean"
