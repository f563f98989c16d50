# Two commands for a fresh machine: `make run` and `make test`. Both set up .venv first, once.
PYTHON ?= python3
UV ?= uv
SCENARIO ?= everyday
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# What another project left in the shell must not decide which code runs here.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.DEFAULT_GOAL := help
.PHONY: help setup run test lint verify gallery docs handouts bench lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY) ## make .venv with the pinned packages (the other targets do it by themselves)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { \
	  echo "Kindling needs Python 3.11, 3.12 or 3.13, and '$(PYTHON)' is not one: try make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up $(VENV) (once, a few minutes) ..."
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Could not make $(VENV). On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]" || { \
	  echo "Set-up stopped: pip could not install the packages; its reason stands above." >&2; \
	  echo "Without a network, or behind a proxy, set PIP_INDEX_URL or HTTPS_PROXY and run the same command again." >&2; \
	  exit 1; }
	@touch $@

run: $(READY) ## the main job: SCENARIO (everyday) into a new folder under results/, with a picture
	@n=1; while [ -e "results/$(SCENARIO)-$$n" ]; do n=$$((n + 1)); done; \
	folder="results/$(SCENARIO)-$$n"; \
	$(BIN)/kindling run "$(SCENARIO)" -o "$$folder" || exit; \
	for picture in "$$folder"/figures/*.png; do \
	  if [ -e "$$picture" ]; then echo "Picture: $$picture"; fi; \
	done

test: lint ## check the code and run the tests
	$(BIN)/python -m pytest -n 2

lint: $(READY) ## style, format and types
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

verify: $(READY) ## the slow suites: statistics against theory
	$(BIN)/python -m pytest -n 2 -m slow

gallery: $(READY) ## every experiment with its figures, under results/gallery (about half an hour on 2 cores)
	@for file in experiments/*.py; do \
	  name=$$(basename "$$file" .py); \
	  case "$$name" in levers|scenarios) continue;; esac; \
	  echo "== $$name"; $(BIN)/python "$$file" -o "results/gallery/$$name" || exit; \
	done

docs: $(READY) ## the documentation as pages: docs/_build/html/index.html
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[docs]"
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "Pages: docs/_build/html/index.html"

handouts: $(READY) ## six lessons to print, each with its replay, under results/handouts
	$(BIN)/python -m sim.studio.handout $(filter-out docs/teaching/index.md,$(wildcard docs/teaching/*.md)) results/handouts

bench: $(READY) ## speed and memory of both engines on this machine
	$(BIN)/kindling bench

lock: ## renew uv.lock and constraints.txt (needs uv)
	$(UV) lock --upgrade --no-config --default-index https://pypi.org/simple
	$(UV) export --frozen --quiet --extra test --no-hashes --no-emit-project --no-annotate --no-header \
	  --format requirements-txt --output-file constraints.txt

clean: ## remove .venv and what tools cached; results stay
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
