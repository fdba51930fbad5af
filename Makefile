# Everything a newcomer and CI type. Each target installs what it needs into .venv first, and prints what it does.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/installed-to-run
STAMP := $(VENV)/installed
LOAD := $(VENV)/installed-to-load

.PHONY: help install test lint features features-iso features-signed features-far foreign demo report evidence coverage-matrix compose containers mutants bench clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12

install: $(STAMP)  ## make .venv with Loopyard and all its tools

$(RUN): pyproject.toml Makefile
	@echo "==> installing Loopyard into $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[fast,test,redis]'
	@touch $(RUN)

$(STAMP): $(RUN)
	@echo "==> installing the tools of its developers"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

$(LOAD): $(RUN)
	@echo "==> installing Locust"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[fast,load]'
	@touch $(LOAD)

test: $(RUN)  ## the tests of the harness, the simulators and the connectors
	@echo "==> running the tests"
	$(BIN)/pytest tests --ignore=tests/containers -n auto --dist worksteal -rs

features: $(LOAD)  ## the acceptance scenarios against the reference connectors, those under load among them
	@echo "==> running the scenarios"
	$(BIN)/pytest features --load --alluredir=build/allure-results --clean-alluredir --junitxml=build/junit.xml --evidence build/evidence

lint: install  ## style, types and layers
	@echo "==> style"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@echo "==> types"
	$(BIN)/mypy
	@echo "==> layers"
	$(BIN)/pytest tests/house -q

features-iso: $(RUN)  ## the same scenarios in ISO 20022; what is not applicable there is run all the same, and must fail
	@echo "==> running the scenarios in ISO 20022"
	$(BIN)/pytest features -n auto --api iso20022 --prove-needs

features-signed: $(RUN)  ## the same scenarios where everybody signs and verifies
	@echo "==> running the scenarios signed"
	$(BIN)/pytest features -n auto --jws

features-far: $(RUN)  ## the same scenarios in a world of another process, over its control
	@echo "==> running the scenarios in a world elsewhere"
	$(BIN)/python -m tests.foreign.far

foreign: $(STAMP)  ## all scenarios against connectors in other processes, one of them foreign and poor; takes a quarter of an hour
	@echo "==> running the scenarios against foreign connectors"
	LOOPYARD_FOREIGN=all $(BIN)/pytest tests/foreign -n auto

demo: $(RUN)  ## a world, an outbound, an inbound and an FXP transfer, what the ledgers say, and the audit
	@echo "==> running the demo"
	@$(BIN)/loopyard demo

report: install  ## the Allure report of the last run of the scenarios (which it runs if there was none), as one file
	@test -d build/allure-results || $(MAKE) features
	@echo "==> rendering the report"
	@$(BIN)/loopyard report build/allure-results build/report/index.html

evidence: install  ## the sign-off bundle of the last run of the scenarios, its report inside (it runs them if there was none): docs/evidence.md
	@test -f build/evidence/run.json -a -d build/allure-results || $(MAKE) features
	@$(MAKE) --no-print-directory report
	@echo "==> writing the evidence"
	@$(BIN)/loopyard evidence build/evidence --output build/sign-off.zip

coverage-matrix: $(RUN)  ## which error code each party saw, as HTML and CSV, from the last run; one that nobody met fails
	@test -f build/evidence/run.json || $(MAKE) features
	@echo "==> writing the coverage matrix"
	@$(BIN)/loopyard coverage-matrix build/evidence build/coverage-matrix --require features/codes.toml

PROFILE ?= features
compose: $(RUN)  ## the scenarios in containers (needs Docker); PROFILE=url: against separate connectors, PROFILE=load: under load
	@echo "==> running $(PROFILE) in containers"
	@$(BIN)/python -m scripts.compose $(PROFILE)

containers: $(RUN)  ## the tests of that: required in CI, skipped elsewhere unless LOOPYARD_DOCKER_ENGINE starts an engine
	@echo "==> testing the containers"
	$(BIN)/pytest tests/containers -rs

mutants: $(RUN)  ## break the reference and the codecs on purpose; every mutant must be caught
	@echo "==> running the mutants"
	$(BIN)/python -m tests.mutants

BARS ?= required
bench: $(RUN)  ## what start, reset, a million people, audit, calls, hub, signatures and transfers cost; a missed bar fails, unless BARS=reported
	@echo "==> measuring"
	@for each in world people audit call hub iso jws transfers memory; do \
		echo "-- $$each"; $(BIN)/python -m benchmarks.$$each; code=$$?; \
		test $$code -eq 0 -o $$code -eq 4 || exit $$code; test $$code -eq 0 || missed="$$missed $$each"; \
	done; test -z "$$missed" || { echo "bars missed:$$missed"; test $(BARS) = reported; }

.PHONY: load load-short soak
load: $(LOAD)  ## a minute of everything that a day brings, at full speed, in a world of its own; with reports and the audit
	@echo "==> loading"
	@mkdir -p build/load
	$(BIN)/locust -f loadtests/mixed.py --headless -u 20 -t 60s --world-processes 3 --processes 2 \
		--csv build/load/mixed --html build/load/mixed.html --json-file build/load/mixed

load-short: $(LOAD)  ## the same in eight seconds, as a check of the load tests themselves
	@echo "==> loading, briefly"
	@$(BIN)/locust -f loadtests/mixed.py --headless -u 4 -t 8s --only-summary --slo loadtests/slo-short.toml

soak: $(LOAD)  ## an hour at a moderate pace: what grows, and what breaks late?
	@echo "==> soaking"
	@mkdir -p build/load
	$(BIN)/locust -f loadtests/mixed.py --headless --shape soak -u 20 --think 1 --world-processes 3 --only-summary \
		--slo loadtests/slo-soak.toml --csv build/load/soak --html build/load/soak.html --json-file build/load/soak

clean:  ## remove everything that was made
	rm -rf $(VENV) build .cache
