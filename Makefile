# Everything a person types is here. `make run` and `make test` set up what they need by themselves.
.DEFAULT_GOAL := help
export BRANCH TABLE FIRST LAST
.PHONY: help run test check format demo-reset token branch units erasures test-dynamodb-local setup clean
PORT ?= 8000
ARGS ?=
BIN := .venv/app/bin
export PORT

help: ## what can be typed
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-28s %s\n", $$1, $$2 }'

run: ## everything on this machine, at http://127.0.0.1:$PORT (PORT=8000); Ctrl-C ends it
	@infra/setup.sh app aws npm
	@exec $(BIN)/python -m infra.local

test: ## all tests but those on AWS's own engine; ARGS="tests/domain -k slots" chooses
	@infra/setup.sh app aws npm chromium
	@exec $(BIN)/python -m pytest $(ARGS)

check: ## format, lint, types, architecture
	@infra/setup.sh app
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m pytest tests/test_architecture.py

format: ## formats and mends what can be mended
	@infra/setup.sh app
	@$(BIN)/ruff format --quiet
	@$(BIN)/ruff check --quiet --fix

demo-reset: ## renews the demo's data and dates, whether it is running on PORT or not
	@infra/setup.sh app aws
	@exec $(BIN)/python -m infra.local demo-reset

# USER counts on the command line only: every shell has a variable of that name.
token: ## an ID token of the demo's admin, or of USER=staff, in the last line; while it runs on PORT
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.local.users '$(if $(filter command,$(origin USER)),$(USER),admin)'

units: ## compares taken units with appointments: BRANCH=demo, and for a live table TABLE=... FIRST=... LAST=...
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.units

erasures: ## after a restore: erases what < record.csv says was erased; BRANCH=demo, and for a live table TABLE=...
	@infra/setup.sh app </dev/null
	@exec $(BIN)/python -m infra.erasures

# As above: an environment may have a NAME of its own.
given = $(if $(filter command,$(origin $(1))),$($(1)))
branch: export BRANCH_ID = $(call given,ID)
branch: export BRANCH_NAME = $(call given,NAME)
branch: export BRANCH_ADMIN = $(call given,ADMIN)
branch: ## makes a branch, not yet released: ID=elbufer NAME="Hörakustik Elbufer", and ADMIN=user; TABLE=... for a live one
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.branch

test-dynamodb-local: ## the store's tests on AWS's own engine (needs Java 17)
	@infra/setup.sh app aws dynamodb-local
	@exec infra/local/isolated.sh env TERMINWERK_TEST_ENGINE=dynamodb-local $(BIN)/python -m pytest tests/store $(ARGS)

setup:
	@infra/setup.sh app aws npm chromium

clean: ## removes what was set up and built; the demo's data in .local stays
	@rm -rf .venv node_modules __pycache__ infra/local/dynamodb-local/node_modules .mypy_cache .ruff_cache .hypothesis
	@find app.py chalicelib infra tests -name __pycache__ -prune -exec rm -rf {} +
