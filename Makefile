# Two commands: `make lab` opens the course, `make test` proves it. The rest is for those who build it.
# Without make (Windows, say) the same lines work by hand; README.md shows them.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
LOCK ?= test
ARGS ?=
BIN = .venv/bin
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help environment lab test jax lint book notebooks text bench locks clean

help:  ## say what each target does
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:[^#]*## */\t/' | expand -t 14

environment:  ## make .venv from the lock (LOCK=lab, test, gpu, jax, …)
	@test -n "$(PYTHON)" || { echo "mediedu: Python 3.11, 3.12 or 3.13 is needed and none was found."; exit 1; }
	@$(PYTHON) requirements/environment.py $(LOCK)

lab: LOCK = lab
lab: environment  ## open the course in JupyterLab (ARGS="--no-browser --port 8899")
	@$(BIN)/mediedu lab $(ARGS)

test: environment  ## run every test this machine can run
	@$(BIN)/python -m pytest tests mediedu data_fetch --doctest-modules \
		--numprocesses $(WORKERS) --dist loadfile --cov --cov-fail-under=90 $(ARGS)

jax:  ## test nets and explain without TensorFlow: JAX in an environment of its own, .venv-jax
	@test -n "$(PYTHON)" || { echo "mediedu: Python 3.11, 3.12 or 3.13 is needed and none was found."; exit 1; }
	@$(PYTHON) requirements/environment.py jax --folder .venv-jax
	@env -u KERAS_BACKEND .venv-jax/bin/python -m pytest tests/nets tests/explain -m "not slow" \
		--numprocesses $(WORKERS) --dist loadfile $(ARGS)

lint: environment  ## style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

book: environment  ## build the site into book/_build/html
	@$(BIN)/mediedu book $(ARGS)

notebooks: environment  ## run the chapters that changed and store their outputs
	@$(BIN)/python -m mediedu.teach.chapters build $(ARGS)

text: environment  ## write the chapters as Markdown into build/chapters, to be edited there
	@$(BIN)/python -m mediedu.teach.chapters text $(ARGS)

bench: environment  ## measure against peers and print the ratios
	@$(BIN)/python -m benchmarks $(ARGS)

locks: environment  ## renew requirements/*.txt to the newest versions (ARGS=--keep changes as little as it can)
	@$(BIN)/python requirements/locks.py $(BIN)/uv $(ARGS)

clean:  ## remove what tests and builds leave behind, but neither .venv nor your course
	rm -rf build dist book/_build .coverage .coverage.* htmlcov .pytest_cache .mypy_cache .ruff_cache .hypothesis
