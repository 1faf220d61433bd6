# The commands one needs. `make demo` and `make test` set up all they need, in a virtual environment of their own.

VENV ?= .venv
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && { echo $$p; break; }; done)
BIN := $(VENV)/bin
SCALEPH := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter-scaleph

.PHONY: help demo lab test test-fast lint format bench up down cluster-up cluster-down clean

help:  ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*##\(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: name one by make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "On Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade pip

# An editable install also builds the front end: Node.js from the machine, or from PyPI where there is none.
SOURCES := pyproject.toml scaleph_lab/server/openapi.yaml $(wildcard labextension/*.json labextension/yarn.lock) \
	$(shell find labextension/src labextension/style labextension/schema -type f)

$(VENV)/.user: $(BIN)/python $(SOURCES)
	$(BIN)/python -m pip install --quiet --editable '.[java,demo]'
	@touch $@

# It holds all that `.user` does, so `make demo` after `make test` installs nothing.
$(VENV)/.developer: $(BIN)/python $(SOURCES)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(VENV)/.user $@

demo: $(VENV)/.user  ## Fetch the engines, run a pipeline and a notebook on real data, compare with pandas
	$(SCALEPH) demo

lab: $(VENV)/.user  ## Open JupyterLab with everything installed
	$(SCALEPH) lab

test: $(VENV)/.developer  ## Run all tests, on real engines and in a real browser
	.ci/test-needs
	$(BIN)/python -m pytest

test-fast: $(VENV)/.developer  ## Run the tests that need no engine and no browser
	$(BIN)/python -m pytest -m "not engine and not browser"

lint: $(VENV)/.developer  ## Check style, types and layers, of Python and of TypeScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" jlpm lint:check

format: $(VENV)/.developer  ## Mend what the tools can mend
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .
	cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" jlpm lint

bench: $(VENV)/.developer  ## Measure start, first row and throughput against their floors and peers
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/rows.py
	$(BIN)/python benchmarks/pyflink.py
	$(BIN)/python benchmarks/interrupts.py
	$(BIN)/python benchmarks/catalog.py

up down:  ## Start the default engine; stop all engines
	$(SCALEPH) $@

TESTBED := python3 tests/cluster/testbed/testbed.py

cluster-up:  ## Start a Kubernetes with the Flink operator on this machine (root, Linux), building it once
	@$(TESTBED) built || $(TESTBED) build
	@$(TESTBED) up
	@$(TESTBED) operator

cluster-down:  ## Stop it
	@$(TESTBED) down

clean:  ## Remove what was built here (the engines' cache stays)
	rm -rf $(VENV) scaleph_lab/labextension labextension/lib labextension/node_modules dist build
