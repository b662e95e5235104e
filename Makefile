# make demo   the main job, offline, on generated speech (sets up everything it needs)
# make test   the tests (likewise)
# make lint   style, types, and the arrows between the rooms
#
# TORCH_INDEX picks the PyTorch build, for example a CPU one:
#   make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu
# Empty, pip's own configuration decides (on Linux that is usually the CUDA build, several GB).

PYTHON ?= python3
VENV ?= .venv
TORCH_INDEX ?=
OUT ?= malsori-demo

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# One thread a test process: two processes on two cores do not fight, and results are repeatable.
ONE_THREAD := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

.DEFAULT_GOAL := help
.PHONY: help demo test lint format clean

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | head -9

$(VENV)/.torch: constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -q $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) -c constraints.txt torch
	@touch $@

$(VENV)/.demo: $(VENV)/.torch pyproject.toml
	$(PIP) install -q -c constraints.txt -e '.[demo]'
	@touch $@

$(VENV)/.dev: $(VENV)/.demo
	$(PIP) install -q -c constraints.txt -e '.[demo,dev]'
	@touch $@

demo: $(VENV)/.demo
	$(BIN)/malsori demo --out $(OUT)

test: $(VENV)/.dev
	$(ONE_THREAD) $(BIN)/python -m pytest -n auto

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) malsori-demo dist build
