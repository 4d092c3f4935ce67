# make setup | run | test | bench       (make help lists them all)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help

# A suite starts some hundred processes: none should have to compile the source again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

# The stamps hold what was installed, so that nothing is done twice.
$(VENV)/run.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Lemonade needs Python 3.11 or newer; name one with make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/test.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: setup
setup: $(VENV)/run.stamp ## the virtual environment in .venv, from the lock file

.PHONY: run
run: setup ## everything on this machine, with demo mail
	@exec $(BIN)/python manage.py serve --demo

.PHONY: tools
tools: $(VENV)/test.stamp
	@sh tests/install-tools.sh
	@$(MAKE) --no-print-directory node_modules/.package-lock.json

# Node checks the scripts of the pages. It is never needed to run.
node_modules/.package-lock.json: package-lock.json
	@command -v npm >/dev/null || { echo "To check the scripts, install Node 20 or newer with npm"; exit 1; }
	npm ci --silent --no-audit --no-fund
	@touch $@

.PHONY: lint
lint: $(VENV)/test.stamp node_modules/.package-lock.json ## ruff and mypy --strict; biome and tsc for scripts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	npm run --silent lint
	npm run --silent types

.PHONY: test
test: tools lint ## everything: linters, types, all tests (WORKERS=4 at once)
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/pytest -n $(or $(WORKERS),4) $(if $(SECOND_CHANCE),--second-chance --rerun-show-tracebacks)

.PHONY: fast
fast: $(VENV)/test.stamp ## the tests that need no browser and no mail client
	$(BIN)/pytest -n $(or $(WORKERS),4) -m "not browser and not client and not slow"

.PHONY: fuzz
fuzz: $(VENV)/test.stamp ## hostile octets for every parser, led by coverage (SECONDS=20 for each)
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),20)

.PHONY: histories
histories: $(VENV)/test.stamp ## random histories for every kind of client that listens or comes back (HISTORIES=1000 of each)
	LEMONADE_HISTORIES=$(or $(HISTORIES),1000) $(BIN)/pytest -o timeout=0 -n $(or $(WORKERS),4) --dist loadfile tests/imap/test_*_history.py

.PHONY: scale
scale: $(VENV)/test.stamp ## two hosts over the stores that LEMONADE_TEST_POSTGRES, _REDIS and _BLOBS name
	$(BIN)/pytest tests/scale -rs

.PHONY: bench
bench: $(VENV)/test.stamp ## figures, as a table and as JSON (var/bench.json)
	$(BIN)/python -m bench

.PHONY: bench-peers
bench-peers: $(VENV)/test.stamp ## the same work for Dovecot (Debian's, unpacked only) and for us, with ratios (PROCESSES=1)
	$(BIN)/python -m bench.peers --processes $(or $(PROCESSES),1)

.PHONY: bench-postgres
bench-postgres: $(VENV)/test.stamp ## the same work on SQLite and on PostgreSQL, with ratios (URL=postgresql://… by one who may make databases)
	$(BIN)/python -m bench.postgres $(URL) --processes $(or $(PROCESSES),1)

.PHONY: bench-slow-link
bench-slow-link: $(VENV)/test.stamp ## what users do, over links of 64 kbit/s and of 1 Mbit/s; three minutes
	$(BIN)/python -m bench.links

.PHONY: catalogues
catalogues: $(VENV)/test.stamp ## what people read, from the source into the languages of locale/
	$(BIN)/python -m catalogues

.PHONY: conformance
conformance: $(VENV)/test.stamp ## docs/conformance.md, from the registries and the tests
	$(BIN)/python -m conformance

.PHONY: xref
xref: $(VENV)/test.stamp ## where each section of each RFC is cited; fails on a section or requirement that is nowhere
	$(BIN)/python -m conformance xref

.PHONY: lock
lock: ## resolve the versions in the lock files anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q pyproject.toml --extra scale --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	$(BIN)/uv pip compile -q --group dev pyproject.toml --extra scale --python-version 3.11 -c requirements.lock --generate-hashes --no-emit-index-url --no-header -o requirements-dev.lock
