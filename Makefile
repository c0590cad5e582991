# Everything a person types is here. `make run` and `make test` set up what they need by themselves.
.DEFAULT_GOAL := help
export BRANCH TABLE FIRST LAST
.PHONY: help run test bench attack check format plan deploy destroy doctor migrate export import rehearse hold rotate hashes scale demo-reset token branch units \
  erasures test-dynamodb-local setup clean check-types check-rules
PORT ?= 8000
ARGS ?=
BIN := .venv/app/bin
export PORT
# An environment may have a NAME, a STAGE or a DATA of its own: what decides where and what counts on the command line only.
given = $(if $(filter command,$(origin $(1))),$($(1)))
plan deploy destroy doctor migrate export import hold rotate branch units erasures: export STAGE := $(call given,STAGE)

help: ## what can be typed
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-28s %s\n", $$1, $$2 }'

run: ## everything on this machine, at http://127.0.0.1:$PORT (PORT=8000); Ctrl-C ends it
	@infra/setup.sh app aws npm
	@exec $(BIN)/python -m infra.local

# Tests wait for an engine and a browser half of their time: three processes keep two cores busy.
test: ## all tests but those on AWS's own engine, in WORKERS=3 processes; ARGS="tests/domain -k slots" chooses, in one
	@infra/setup.sh app aws lint npm chromium
	@exec $(BIN)/python -m pytest $(or $(ARGS),-n $(or $(WORKERS),$(shell expr $$(nproc) + 1)))

bench: ## measures what tests only count, prints each figure beside its budget, ends with 1 where one is missed
	@infra/setup.sh app aws lint npm chromium
	@exec $(BIN)/python -m pytest -o python_files='bench_*.py' -o python_functions='bench_*' tests/bench $(ARGS)

attack: export SECONDS := $(call given,SECONDS)
attack: ## attacks the product on a local AWS of its own, prints what got through: times, mails, inbox, races; SECONDS=60 a raid
	@infra/setup.sh app aws
	@exec $(BIN)/python -m infra.rehearse.attack

check: ## format, lint, types, architecture
	@infra/setup.sh app
	@$(MAKE) --no-print-directory -j 2 -O check-types check-rules

check-types:
	@$(BIN)/mypy --no-error-summary

check-rules:
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/ruff check --quiet
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

units: ## compares taken units with appointments, here of the demo; STAGE=... of each branch or BRANCH=elbufer; FIRST=... LAST=...
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.units

erasures: ## after a restore: erases what < record.csv says was erased: STAGE=... TABLE=... BRANCH=elbufer; here of the demo
	@infra/setup.sh app </dev/null
	@exec $(BIN)/python -m infra.operate.erasures

branch: export BRANCH_ID = $(call given,ID)
branch: export BRANCH_NAME = $(call given,NAME)
branch: export BRANCH_ADMIN = $(call given,ADMIN)
branch: ## makes a branch, not yet released: ID=elbufer NAME="Hörakustik Elbufer"; for a live one STAGE=... ADMIN=anna
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.deploy.branch

plan: ## what a deployment of STAGE=prod (infra/stages/prod.toml) would do, with the real change sets; changes nothing
	@infra/setup.sh app npm
	@exec $(BIN)/python -m infra.deploy.command plan

deploy plan: export ADMIN := $(call given,ADMIN)
deploy plan: export ADMIN_MAIL := $(call given,ADMIN_MAIL)
deploy plan: export BRANCH_ID := $(call given,BRANCH_ID)
deploy plan: export BRANCH_NAME := $(call given,BRANCH_NAME)
deploy plan: export REPLACE := $(call given,REPLACE)
deploy: ## deploys STAGE=prod to AWS, goes on after any failure; ADMIN=anna ADMIN_MAIL=..., BRANCH_ID=... BRANCH_NAME=... make the first ones
	@infra/setup.sh app npm
	@exec $(BIN)/python -m infra.deploy.command deploy

destroy: export DATA := $(call given,DATA)
destroy: export SURE := $(call given,SURE)
destroy: ## takes the application of STAGE=... away; what is kept only with DATA=<the stage again> SURE=<name of its table>
	@infra/setup.sh app npm
	@exec $(BIN)/python -m infra.deploy.command destroy

doctor: export MEND := $(call given,MEND)
doctor: ## inspects a deployed STAGE=...: drift, alarms, messages, units, permissions; MEND=1 mends the units
	@infra/setup.sh app npm
	@exec $(BIN)/python -m infra.operate.doctor

migrate: export RATE := $(call given,RATE)
migrate: export DRY := $(call given,DRY)
migrate: ## brings stored items to the present version, beside live use: STAGE=..., RATE=items a second, DRY=1 counts only
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.migrate

import export: export FILE := $(call given,FILE)
export: ## writes a branch to a file that holds personal data: STAGE=... BRANCH=elbufer FILE=elbufer.jsonl
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.backup export

import: ## puts an exported branch into a stage that does not have it: STAGE=... FILE=elbufer.jsonl
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.backup import

rehearse: ## deploys all of it to a local AWS that enforces policies, uses it, deploys again, looks whether anything was lost
	@infra/setup.sh app aws npm
	@exec $(BIN)/python -m infra.rehearse.rehearsal

hold: ## after a restore: lists what a table that nothing uses yet still owes as not sent: STAGE=... TABLE=...
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.hold

rotate: export END := $(call given,END)
rotate: ## makes a new secret and keeps the one before for a while, so that no link ends: STAGE=..., END=1 forgets that one
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.rotate

hashes: ## renews the hashes of what is installed, after a version was changed in a file of requirements
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.deploy.hashes

scale: ## prints what stands in docs/scale.md: keys, growth, limits, a flash crowd, cost
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.scale.report

test-dynamodb-local: ## the store's tests on AWS's own engine (needs Java 17)
	@infra/setup.sh app aws dynamodb-local
	@exec infra/local/isolated.sh env TERMINWERK_TEST_ENGINE=dynamodb-local $(BIN)/python -m pytest tests/store $(ARGS)

setup:
	@infra/setup.sh app aws lint npm chromium

clean: ## removes what was set up and built; the demo's data in .local stays
	@rm -rf .venv .local/build node_modules __pycache__ infra/local/dynamodb-local/node_modules .mypy_cache .ruff_cache .hypothesis
	@find app.py chalicelib infra tests -name __pycache__ -prune -exec rm -rf {} +
