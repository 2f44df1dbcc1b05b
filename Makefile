# Needs git, make and a Python of at least 3.11; everything else is fetched by hash into .venv.
#
#   make run [PORT=8000] [DATA_DIR=.local/demo] [RESIDENTS=5000] [WORKERS=1]    the demo district
#   make staff [DATA_DIR=.local/demo]    how the demo's staff sign in
#   make test [ARGS="-k booking"]     make lint     make bench     make load PROFILE=clinic-release
#   make lighthouse URL=http://localhost:8000   what Lighthouse (npx) says of a running district's pages
#   make screenshots   pictures every main page anew into docs/screenshots
#   make openapi   writes openapi/openapi.json        make lock [UPGRADE=1]   writes the lock files

DATA_DIR ?= .local/demo
RESIDENTS ?= 5000
WORKERS ?= 1
PORT ?=
URL ?= http://localhost:8000
PROFILE ?= clinic-release
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --require-hashes --no-deps --progress-bar off
CANDIDATES := python3 python3.11 python3.12 python3.13 python3.14
COMPILE := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header $(if $(UPGRADE),--upgrade)

export PYTHONPATH := $(CURDIR)

.PHONY: run staff test lint bench load lighthouse screenshots openapi setup browser lock
.DELETE_ON_ERROR:

run: $(VENV)/run.stamp
	@exec $(PY) -m api demo --data-dir "$(abspath $(DATA_DIR))" --residents $(RESIDENTS) --workers $(WORKERS) \
		$(if $(PORT),--port $(PORT))

staff: $(VENV)/run.stamp
	@LIFECIRCLE_DATA_DIR="$(abspath $(DATA_DIR))" $(PY) -m api demo-staff

# Files in their own order: by the number of tests, the longest (pages in a browser) would come last, alone.
test: $(VENV)/dev.stamp browser
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/dev.stamp
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/pyright
	@$(VENV)/bin/lint-imports

bench: $(VENV)/dev.stamp
	@$(PY) -m bench $(ARGS)

load: $(VENV)/dev.stamp
	@$(PY) -m loadtests --profile $(PROFILE) $(ARGS)

lighthouse: $(VENV)/dev.stamp browser
	@$(PY) -m tests.support.lighthouse $(URL) $(ARGS)

screenshots: $(VENV)/dev.stamp browser
	@$(PY) -m tests.support.screenshots

openapi: $(VENV)/dev.stamp
	@$(PY) -m api openapi --output openapi/openapi.json

setup: $(VENV)/dev.stamp browser

# The page tests drive a real browser, and look at Chinese in it.
browser:
	@if command -v chromium chromium-browser google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing chromium and Chinese fonts (once)" && apt-get update -qq && \
		apt-get install -qqy --no-install-recommends chromium fonts-noto-cjk >/dev/null; \
	else echo "the page tests need a browser: apt install chromium fonts-noto-cjk"; fi

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 2; }
	@$(COMPILE) --output-file requirements.lock
	@$(COMPILE) --group dev --output-file requirements-dev.lock
	@if grep -n '://' requirements.lock requirements-dev.lock; then echo "a lock file names a host"; exit 1; fi

# A development environment is also good for running, so the smaller one is not installed over it.
$(VENV)/run.stamp: requirements.lock | $(PY)
	@if [ $(VENV)/dev.stamp -nt requirements.lock ]; then :; else \
		echo "installing what the district runs on (once)" && $(PIP) -r requirements.lock; fi
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(PY)
	@echo "installing the development tools (once)"
	@$(PIP) -r requirements-dev.lock
	@$(PY) -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(PY):
	@for each in $(CANDIDATES); do \
		if $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$each; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "lifecircle needs Python 3.11 or newer: apt install python3"; exit 2; fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$found has no venv module: apt install python3-venv"; exit 2; fi; \
	echo "making $(VENV) with $$($$found --version)"; \
	$$found -m venv $(VENV) || { rm -rf $(VENV); exit 2; }
