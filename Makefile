# Everything a user or a developer types; each target sets up what it needs first.
.POSIX:
.SUFFIXES:

PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
PACKAGES = api scheduler shared taskyard workers
# Three processes of tests, each with stores of its own: much of a test is waiting. Long files first.
SIDE_BY_SIDE = --numprocesses=3 --dist=loadfile --no-loadscope-reorder
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
READY = $(VENV)/.ready
LOCK = $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# Debian's packages, where the set-up may install them: by root, with apt.
OCR = tesseract-ocr-eng tesseract-ocr-fra tesseract-ocr-deu tesseract-ocr-spa tesseract-ocr-ara \
	tesseract-ocr-chi-sim
APT = DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends
MAY_INSTALL = [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	&& ! ls /usr/share/tesseract-ocr/*/tessdata/chi_sim.traineddata >/dev/null 2>&1

.PHONY: help up test check bench lint format types imports compose openapi tests coverage lock \
	migration clean

help:  ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

up: $(READY)  ## set up and run the whole yard on this machine
	@exec $(BIN)/taskyard up

test: $(READY)  ## set up and run every test, with the coverage floors
	@$(MAKE) --no-print-directory tests coverage

check: $(READY)  ## everything that has to hold before a change is kept, tests included
	@$(MAKE) --no-print-directory lint types imports compose openapi tests coverage

bench: $(READY)  ## measure this machine, beside bare Celery
	@exec $(BIN)/taskyard bench

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

format: $(READY)  ## rewrite the code as `make check` wants it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

compose: $(READY)
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

openapi: $(READY)
	$(BIN)/python -m api.openapi --check

tests: $(READY)
	$(BIN)/coverage erase
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --cov --cov-report=

coverage: $(READY)
	@$(BIN)/coverage report --fail-under=90
	@$(BIN)/coverage report --include='shared/tasks/*' --fail-under=100

migration: $(READY)  ## write a migration from the tables, M="what changed"
	@test -n '$(M)' || { echo 'Say what changed: make migration M="add projects"' >&2; exit 2; }
	$(BIN)/python -m shared.migrations '$(M)'

lock: $(READY)  ## choose the newest allowed versions of everything
	$(LOCK) --upgrade --all-extras --output-file=requirements.lock setup.cfg
	$(LOCK) --constraint=requirements.lock --extra=sentiment,documents,transcription,folders,publishing,gunicorn \
		--output-file=requirements-run.lock setup.cfg
	$(LOCK) --constraint=requirements.lock --only-build-deps --build-deps-for=editable \
		--output-file=requirements-build.lock pyproject.toml

clean:  ## remove what set-up and tests made (never a yard's data)
	rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* \
		.hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# The environment: exactly what the lock files name, every file checked by its hash; the build
# tools first, for whatever comes as source.
$(READY): requirements.lock requirements-build.lock setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'Taskyard needs Python 3.11 or later: make PYTHON=python3.12 …' >&2; exit 2; }
	@echo 'Setting up $(VENV) …'
	@$(PYTHON) -m venv $(VENV) || { \
		echo 'python3 -m venv does not work here (on Debian: apt install python3-venv)' >&2; exit 2; }
	@$(PIP) --require-hashes -r requirements-build.lock
	@$(PIP) --require-hashes --no-build-isolation -r requirements.lock
	@PYTHONWARNINGS='ignore:Editable installation' \
		$(PIP) --no-deps --no-build-isolation --editable .
	@if $(MAY_INSTALL); then \
		echo 'Installing what reads text in pictures (data of Tesseract) …'; \
		{ $(APT) $(OCR) || { apt-get update -qq && $(APT) $(OCR); }; } >/dev/null 2>&1 \
		|| echo 'That did not work: text in pictures will not be read.'; fi
	@touch $@
