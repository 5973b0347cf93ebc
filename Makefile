# The commands of the project. Each one makes the virtual environment when it is missing
# or older than what it is made of: `demo` and `run` what the product needs, the others
# the tools of development as well.
#
#   make demo    the real daemon on a simulated market, on this machine alone
#   make run     the real daemon on the real world, settings from .env
#   make test    all tests
#   make check   what CI runs: format, lint, types, layers, dead code, documents, tests
#   make docs    write the generated parts of the documents
#   make lock    resolve the dependencies anew
#   make sbom    write what the product is made of to dist/, as CycloneDX JSON
#   make fuzz    look for bytes that break a parser; SECONDS for each, TARGETS

VENV ?= .venv
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$python -c '$(NEW_ENOUGH)' 2> /dev/null && echo $$python && break; done)
ARGS ?=
# Tests at the same time; most of their time is waiting, so more than there are cores.
JOBS ?= 4

BIN := $(VENV)/bin
PRODUCT := $(VENV)/.installed
TOOLS := $(VENV)/.installed-dev
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo run test check docs lock sbom fuzz
.DELETE_ON_ERROR:

demo: $(PRODUCT)
	$(BIN)/catalyst-bot demo $(ARGS)

run: $(PRODUCT)
	$(BIN)/catalyst-bot run $(ARGS)

test: $(TOOLS)
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal $(ARGS)

check: $(TOOLS)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/python scripts/generate_docs.py --check
	$(MAKE) --no-print-directory test

docs: $(TOOLS)
	$(BIN)/python scripts/generate_docs.py

# Universal: one file for every platform and for Python 3.11 and later. No index address
# is written, so that the same file serves behind any mirror; the hashes are the proof.
LOCK = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --upgrade --quiet

lock: $(TOOLS)
	$(LOCK) --extra build --output-file requirements.lock > /dev/null
	$(LOCK) --extra build --extra dev --constraints requirements.lock \
		--output-file requirements-dev.lock > /dev/null

sbom: $(TOOLS)
	$(BIN)/python scripts/sbom.py

# By coverage, with atheris: on Linux and Python 3.11. A finding ends it and stays in
# var/fuzz; `make test` runs the same targets with random damage everywhere.
SECONDS ?= 60
TARGETS ?= feed edgar halts alpaca verdict answer document

fuzz: $(TOOLS)
	@for target in $(TARGETS); do \
		$(BIN)/python -m tests.fuzz.run $$target --seconds $(SECONDS) || exit 1; done

$(PRODUCT): requirements.lock pyproject.toml
	@$(or $(PYTHON),false) -c '$(NEW_ENOUGH)' 2> /dev/null || { \
		echo 'catalyst-bot needs Python 3.11 or later$(and $(PYTHON),; $(PYTHON) is older).' \
			'Install it, or name it: make PYTHON=/path/to/python3.11' >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(TOOLS): requirements-dev.lock $(PRODUCT)
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
