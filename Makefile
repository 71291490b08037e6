# Every command of the house. Nothing here needs more than make, a POSIX shell and Python 3.11.
PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
BIN := .venv/bin
export PYTHON
# Compiled once, not at every start, whatever the machine's own habit is.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run install system test check style types floors drift audit schemas bench bench-smoke races fuzz import-large help

help:
	@echo "make run          the house on http://localhost:$(PORT) (PORT=8001 make run)"
	@echo "make install      .venv from uv.lock"
	@echo "make system       PostgreSQL, Redis, Chromium and gcc from the system's packages"
	@echo "make test         all tests over every database and channel layer"
	@echo "make check        style, types, floors, drift of docs and schemas, known vulnerabilities"
	@echo "make schemas      docs/asyncapi.yaml and docs/openapi.yaml anew"
	@echo "make races        10,000 races of a revocation against a notice, 100,000 of claims (RACE_TRIES=100 make races)"
	@echo "make fuzz         every door of the OpenAPI document, at length (FUZZ_SEED=2 make fuzz)"
	@echo "make import-large an Apple Health export of 1 GB, twice (IMPORT_MEGABYTES=100 make import-large)"
	@echo "make bench        benchmarks, each beside a peer (bench-smoke: the short form)"

# Prepared and served in one process: Python's own start is most of a later start's time.
run: install
	@PORT=$(PORT) exec $(BIN)/python -m chatserver.serve --bootstrap

install: $(BIN)/.installed

# Without the development group: a first start on a plain line stays short.
$(BIN)/.installed: uv.lock pyproject.toml
	@echo "Installing into .venv ..."
	@sh .ci/sync --no-dev
	@touch $@

$(BIN)/.installed-dev: uv.lock pyproject.toml
	@echo "Installing into .venv, with the development tools ..."
	@sh .ci/sync
	@touch $(BIN)/.installed $@

system:
	@sh .ci/system

test: $(BIN)/.installed-dev
	@sh .ci/system --if-allowed
	@$(BIN)/python -m tests.run

check: style types floors drift audit

style: $(BIN)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/.installed-dev
	$(BIN)/mypy .

floors: $(BIN)/.installed-dev
	$(BIN)/lint-imports

# What is generated is committed, and has to be what would be generated now.
drift: $(BIN)/.installed-dev
	$(BIN)/python -m protocol.asyncapi --check
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py spectacular --validate --fail-on-warn | diff -u docs/openapi.yaml -

schemas: $(BIN)/.installed-dev
	$(BIN)/python -m protocol.asyncapi
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

audit: $(BIN)/.installed-dev
	$(BIN)/python .ci/audit.py

bench: $(BIN)/.installed-dev
	$(BIN)/python -m bench

bench-smoke: $(BIN)/.installed-dev
	$(BIN)/python -m bench --smoke

races: $(BIN)/.installed-dev
	$(BIN)/python -m tests.races

fuzz: $(BIN)/.installed-dev
	$(BIN)/python -m tests.fuzz

import-large: $(BIN)/.installed-dev
	$(BIN)/python -m tests.imports
