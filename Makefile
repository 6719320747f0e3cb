# The commands of this repository; `make` lists them. Everything is installed into .venv, nothing needs root.
.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
BIN := .venv/bin
READY := .make/ready
NODE := .make/node/ready
MANIFESTS := pyproject.toml constraints.txt providers/azure/pyproject.toml providers/aws/pyproject.toml infra/pyproject.toml

.PHONY: help setup demo quick test full other lint types bench docs golden constraints clean

help: ## List the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## Install everything into .venv (done by the other commands when needed)

$(READY): $(MANIFESTS) Makefile
	@echo "== setting up .venv: the package, its adapters and the tools, at the versions in constraints.txt"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "portable_faas needs Python 3.11 or newer; name one with make PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt uv
	@$(BIN)/uv pip install -q --python $(BIN)/python -c constraints.txt --group dev -e . -e providers/azure -e 'providers/aws[emulator]' -e infra
	@mkdir -p .make && touch $(READY)
	@echo "== ready"

# Some tests ask a second validator of state machines, which is a package of Node.
$(NODE): Makefile
	@mkdir -p .make/node
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
	  npm install --silent --prefix .make/node --no-package-lock --no-save --no-audit --no-fund --ignore-scripts asl-validator@4.0.0 && touch $(NODE); \
	else echo "== asl-validator is not run: no node"; fi

demo: $(READY) ## Run the order example on the embedded engine and show each step
	@cd examples/orders && ../../$(BIN)/pfaas run app:app fulfil --input @input.json --store :memory:

quick: $(READY) $(NODE) lint ## The tests without the slow ones, under two minutes
	$(BIN)/python -m pytest -q -n 2 -m "not slow and not full"

test: $(READY) $(NODE) lint types ## Everything but the long proofs
	$(BIN)/python -m pytest -n 2 -m "not full"

full: $(READY) $(NODE) lint types other ## Everything, the long proofs and other interpreters included
	HYPOTHESIS_PROFILE=full $(BIN)/python -m pytest -n 2 --timeout 1800

other: $(READY) ## The tests on Python 3.13, where one is found
	@found=$$(for one in $$(pyenv root 2>/dev/null)/versions/3.13*/bin/python3 $$(command -v python3.13); do \
	  "$$one" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null && echo $$one && break; done); \
	if [ -z "$$found" ]; then echo "== not run on Python 3.13: no such interpreter was found"; else \
	  test -x .venv-3.13/bin/python || $(BIN)/uv venv -q --python $$found .venv-3.13; \
	  $(BIN)/uv pip install -q --python .venv-3.13/bin/python -c constraints.txt --group dev -e . -e providers/azure -e 'providers/aws[emulator]' -e infra; \
	  .venv-3.13/bin/python -m pytest -n 2 -m "not full"; fi

lint: $(READY) ## Style, format and the layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(READY) ## mypy --strict on everything, pyright on the public surface
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

bench: $(READY) ## Print the counted budgets and the timings: the embedded engine, imports, the command line
	$(BIN)/python bench/engine.py
	$(BIN)/python bench/imports.py
	$(BIN)/python bench/build.py

docs: $(READY) ## Render the generated pages of docs/
	$(BIN)/python docs/render.py

golden: $(READY) ## Write the golden files of tests/golden anew; review what changed
	$(BIN)/python -m tests.aws.golden

constraints: $(READY) ## Resolve the newest versions into constraints.txt
	echo . | $(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --no-emit-index-url --no-annotate --no-emit-package portable-faas --group dev - --extra emulator pyproject.toml providers/azure/pyproject.toml providers/aws/pyproject.toml -o constraints.txt

clean: ## Remove what the commands made
	rm -rf .venv .make dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
