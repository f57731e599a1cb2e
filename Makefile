# Two commands do all the set-up: `make run` and `make test`. `make help` lists the others.
export UV_COMPILE_BYTECODE := 1
export UV_PYTHON_DOWNLOADS ?= automatic
UV := .ci/uv
RUN := $(UV) run --frozen --no-sync
PORT ?= 8000
QUICK := not slow and not browser and not full and not postgres and not spark and not oracle
USUAL := not full and not postgres and not spark and not oracle

# What is kept in rows must hold on both databases; a browser sees no difference between them.
ROWS := tests/desk/core tests/desk/people tests/desk/network tests/desk/enquiries tests/desk/handover

.PHONY: help run test test-fast test-postgres test-all check pictures bench messages env env-all

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.venv/.made: pyproject.toml uv.lock
	$(UV) sync --quiet --frozen --extra desk
	@touch $@

env: .venv/.made messages ## make the environment

messages: .venv/.made ## compile the translations
	@$(RUN) python -m babel.messages.frontend --quiet compile --directory src/portulan/desk/locale --domain django

run: env ## serve the portal on this machine (PORT=8000)
	@PORTULAN_DEMO=$${PORTULAN_DEMO-1} $(RUN) portulan serve --port $(PORT)

test: env ## every journey once, on SQLite (under 10 minutes)
	$(RUN) python -m pytest -m "$(USUAL)" -n 2 --dist loadgroup

test-fast: env ## the fast part (under 90 seconds)
	$(RUN) python -m pytest -m "$(QUICK)" -n 2 --dist loadgroup

env-all:
	$(UV) sync --quiet --frozen --all-extras --all-groups
	@touch .venv/.made
	@$(MAKE) --no-print-directory messages

test-postgres: env-all ## what the desk keeps in rows, on a PostgreSQL started for it
	.ci/with-postgres $(RUN) python -m pytest $(ROWS) -m "not browser and not full" -n 2 --dist loadgroup

test-all: env-all ## what `make test` leaves out: PostgreSQL, Spark, full crossing, kill tests, reference implementations
	.ci/with-postgres sh -c '$(RUN) python -m pytest -m "not ($(USUAL))"; one=$$?; \
		$(RUN) python -m pytest $(ROWS) -m "not browser and not full" -n 2 --dist loadgroup; two=$$?; exit $$((one | two))'

check: env ## style, types, floors, texts
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) djlint --check --quiet src/portulan/desk

pictures: env ## take the pictures of the guide (docs/guide/images)
	$(RUN) python -m tests.journeys.pictures

bench: env ## figures with their limits and peers, as ratios
	$(RUN) python -m benchmarks
