# The commands of this repository; `make` lists them. Everything is installed into .venv, nothing needs root.
.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
BIN := .venv/bin
READY := .make/ready
export PFAAS_AZURITE_FOLDER := $(CURDIR)/.make/azurite
NODE := .make/node/ready
MANIFESTS := pyproject.toml constraints.txt providers/azure/pyproject.toml providers/aws/pyproject.toml infra/pyproject.toml

FIND_313 = for one in $$(pyenv root 2>/dev/null)/versions/3.13*/bin/python3 $$(command -v python3.13); do \
  "$$one" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null && echo $$one && break; done
SCAN := .venv-scan/ready
SCANNERS := checkov==3.3.30 parliament==1.6.4 schemathesis==4.32.5 setuptools<81

# What bench/calls.py compares us with pins versions of its own.
PEERS_BIN := .venv-bench/bin
PEERS := .venv-bench/ready
$(PEERS): $(READY) $(MANIFESTS)
	@test -x $(PEERS_BIN)/python || $(BIN)/uv venv -q --python $(BIN)/python .venv-bench
	@$(BIN)/uv pip install -q --python $(PEERS_BIN)/python -c constraints.txt --group bench -e . -e providers/azure -e providers/aws && touch $(PEERS)

DURABLE2 := azure-functions-durable==2.0.0rc3 azure-functions-runtime==1.3.0 aiohttp azure-data-tables azure-storage-blob azure-storage-queue

.PHONY: help setup demo quick test full other library durable2 live-smoke lint types bench mutate docs golden constraints clean

help: ## List the commands
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## Install everything into .venv (done by the other commands when needed)

$(READY): $(MANIFESTS) Makefile
	@echo "== setting up .venv: the package, its adapters and the tools, at the versions in constraints.txt"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "portable_faas needs Python 3.11 or newer; name one with make PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt uv
	@$(BIN)/uv pip install -q --python $(BIN)/python -c constraints.txt --group dev -e . -e 'providers/azure[emulator]' -e 'providers/aws[emulator]' -e 'infra[aws,azure]'
	@$(BIN)/python -m portable_faas_azure.emulator.azurite || echo '== without it, the tests over Azurite are reported as not run'
	@mkdir -p .make && touch $(READY)
	@echo "== ready"

# Some tests ask what only Node has: a second validator of state machines, and JSONata itself.
$(NODE): Makefile
	@mkdir -p .make/node
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
	  npm install --silent --prefix .make/node --no-package-lock --no-save --no-audit --no-fund --ignore-scripts asl-validator@4.0.0 jsonata@2.0.6 && touch $(NODE); \
	else echo "== asl-validator and jsonata 2.0.6 are not run: no node"; fi

# Scanners of infrastructure and of APIs bring a hundred packages of their own, so they live apart.
$(SCAN): $(READY) Makefile
	@test -x .venv-scan/bin/python || $(BIN)/uv venv -q --python $(BIN)/python .venv-scan
	@$(BIN)/uv pip install -q --python .venv-scan/bin/python $(foreach one,$(SCANNERS),'$(one)') && touch $(SCAN)

demo: $(READY) ## Run the order example on the embedded engine, step by step, then on every engine side by side, then deployed by one line of configuration
	@cd examples/orders && ../../$(BIN)/pfaas run app:app fulfil --input @input.json --store :memory:
	@$(BIN)/python -m examples.side_by_side
	@$(BIN)/python -m examples.switch -k shipped

quick: $(READY) $(NODE) lint ## The tests without the slow ones, under two minutes
	$(BIN)/python -m pytest -q -n 2 -m "not slow and not full"

test: $(READY) $(NODE) lint types ## Everything but the long proofs
	$(BIN)/python -m pytest -n 2 -m "not full"

full: $(READY) $(NODE) $(SCAN) lint types other durable2 ## Everything, the long proofs and other interpreters included
	HYPOTHESIS_PROFILE=full $(BIN)/python -m pytest -n 2 --timeout 1800

SET_UP_313 = test -x .venv-3.13/bin/python || $(BIN)/uv venv -q --python $$found .venv-3.13; \
  $(BIN)/uv pip install -q --python .venv-3.13/bin/python -c constraints.txt --group dev -e . -e 'providers/azure[emulator]' -e 'providers/aws[emulator]' -e 'infra[aws,azure]'

other: $(READY) ## The tests on Python 3.13, where one is found
	@found=$$($(FIND_313)); \
	if [ -z "$$found" ]; then echo "== not run on Python 3.13: no such interpreter was found"; else \
	  $(SET_UP_313); \
	  .venv-3.13/bin/python -m pytest -n 2 -m "not full"; fi

library: $(READY) ## The emulated Azure through Microsoft's worker library (in make other too), where Python 3.13 is found
	@found=$$($(FIND_313)); \
	if [ -z "$$found" ]; then echo "== not run through azure-functions-runtime: it needs Python 3.13, and no such interpreter was found"; else \
	  $(SET_UP_313); \
	  .venv-3.13/bin/python -m pytest -n 2 -m "not full" tests/unit/azure/test_worker.py tests/unit/azure/test_remote.py \
	    tests/processes/test_azure_kill.py tests/processes/test_azure_http.py tests/conformance/test_azure.py::TestAzuriteInPart \
	    tests/conformance/test_azure.py::TestTriggersInPart; fi

durable2: $(READY) ## The Azure adapter on azure-functions-durable 2.x (experimental), where Python 3.13 is found
	@found=$$($(FIND_313)); \
	if [ -z "$$found" ]; then echo "== not run on azure-functions-durable 2.x: it needs Python 3.13, and no such interpreter was found"; else \
	  grep -v '^azure-functions' constraints.txt > .make/durable2.txt; \
	  test -x .venv-durable2/bin/python || $(BIN)/uv venv -q --python $$found .venv-durable2; \
	  $(BIN)/uv pip install -q --python .venv-durable2/bin/python --prerelease allow -c .make/durable2.txt --group dev -e . $(DURABLE2); \
	  $(BIN)/uv pip install -q --python .venv-durable2/bin/python --no-deps -e providers/azure; \
	  .venv-durable2/bin/python -m pytest -n 2 -m "not full" -k "not test_stateful and not test_trigger" tests/durable2 tests/conformance/test_azure.py \
	    tests/unit/azure/test_backend.py tests/unit/azure/test_remote.py tests/unit/azure/test_azure_store.py \
	    tests/unit/azure/test_differential.py tests/unit/azure/test_worker.py tests/processes/test_azure_kill.py; fi

live-smoke: $(READY) ## Compare a deployed examples/smoke with the embedded engine; CLOUD=azure or aws (docs/verified.md)
	@$(BIN)/python -m tests.live.smoke $(or $(CLOUD),azure)

lint: $(READY) ## Style, format and the layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(READY) ## mypy --strict on everything, pyright on the public surface
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

bench: $(READY) $(PEERS) ## Print the counted budgets and the timings: engines, imports, command line, compiler, state machines
	$(BIN)/python bench/engine.py
	$(BIN)/python bench/imports.py
	$(BIN)/python bench/build.py
	$(BIN)/python bench/lowering.py
	$(BIN)/python bench/replay.py
	$(BIN)/python -m bench.transitions.run
	$(BIN)/python -m bench.compile
	$(BIN)/python -m bench.serving
	$(PEERS_BIN)/python -m bench.calls

mutate: $(READY) ## Drop each condition of the lowering, break the compiler in turn; the tests must notice every one
	$(BIN)/python bench/mutate.py
	$(BIN)/python bench/mutate_programs.py

docs: $(READY) ## Render the generated pages of docs/
	$(BIN)/python docs/render.py

golden: $(READY) ## Write the golden files of tests/golden anew; review what changed
	$(BIN)/python -m tests.aws.golden
	$(BIN)/python -m tests.infra.snapshots

constraints: $(READY) ## Resolve the newest versions into constraints.txt
	printf '%s\n' . './infra[aws,azure]' | $(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --no-emit-index-url --no-annotate --no-emit-package portable-faas --no-emit-package portable-faas-infra --group dev - --extra emulator pyproject.toml providers/azure/pyproject.toml providers/aws/pyproject.toml -o constraints.txt

clean: ## Remove what the commands made
	rm -rf .venv .venv-3.13 .venv-durable2 .venv-scan .venv-bench .make dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
