# `make report` and `make test` set everything up by themselves in .venv
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GAME ?= zhang2022-figure-1
REPORT ?= reports/$(GAME).html
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: report reports test gambit lint types docs snippets picture evidence bench benchmarks clean

report: $(VENV)/.installed
	@mkdir -p $(dir $(REPORT))
	@$(BIN)/mpgcert report $(GAME) -o $(REPORT)

# What was found about the papers and the games, into reports/; QUICK=1 writes a smaller set into reports-quick/.
reports: $(VENV)/.installed
	@nice $(BIN)/python -m mpgcert.reporting.studies $(if $(QUICK),--quick)

test: $(VENV)/.tested
	$(BIN)/python -m pytest --numprocesses 2 --ignore tests/benchmarks

# Gambit as judge of .nfg files, and its catalogue of games classified.
gambit: $(VENV)/.peers
	$(BIN)/python -m pytest tests/gambit

lint: $(VENV)/.linted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.linted
	$(BIN)/mypy

# The pages, in docs/_build/html; a warning is an error, and the examples in docstrings run.
docs: $(VENV)/.documented
	$(BIN)/python -m sphinx -b html -W --keep-going -n -q -d docs/_build/doctrees docs docs/_build/html
	$(BIN)/python -m sphinx -b doctest -W --keep-going -n -q -d docs/_build/doctrees docs docs/_build/doctest
	@echo docs/_build/html/index.html

# Put the output that comes in place of what README and docs show, where they differ.
snippets: $(VENV)/.tested
	$(BIN)/python tests/snippets.py

# The picture of a report in README, by headless Chromium.
picture: $(VENV)/.documented
	$(BIN)/python docs/picture.py docs/_static/report.png

evidence: $(VENV)/.tested
	$(BIN)/python -m mpgcert.reporting.lq.evidence bounds/hambly2021/evidence
	$(BIN)/python -m mpgcert.reporting.learning_evidence bounds/maheshwari2023/evidence

bench: $(VENV)/.peers
	$(BIN)/python -m pytest tests/benchmarks --benchmark-only

# Everything beside peers; writes docs/performance.md and its plots. ONLY=bench_solvers measures one file anew.
benchmarks: $(VENV)/.peers
	cd tests && $(CURDIR)/$(BIN)/python -m benchmarks $(ONLY)

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) --editable .
	@$(BIN)/python -m compileall -q mpgcert bounds
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(PIP) --editable .[test]
	@touch $@

# pygambit has no wheels everywhere, and takes minutes to compile
$(VENV)/.peers: $(VENV)/.tested
	$(PIP) --editable .[gambit]
	@touch $@

$(VENV)/.linted: $(VENV)/.installed
	$(PIP) --editable .[lint]
	@touch $@

$(VENV)/.documented: $(VENV)/.installed
	$(PIP) --editable .[docs]
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info docs/_build docs/generated
