# Every command that a person types. `make run` and `make test` set up their own tools.
.DEFAULT_GOAL := help
export BRANCH TABLE FIRST LAST
.PHONY: help run test prove bench race chaos fuzz soak mutants judged proof sbom attack check format plan deploy destroy doctor migrate clearing \
  export import rehearse hold rotate hashes scale demo-reset token branch units erasures test-dynamodb-local setup clean check-types \
  check-rules check-pages
PORT ?= 8000
ARGS ?=
BIN := .venv/app/bin
export PORT
# With it each process compiles our modules anew, and a test run starts hundreds.
unexport PYTHONDONTWRITEBYTECODE
# An environment may have its own NAME, STAGE or DATA, so these variables count on the command line only.
given = $(if $(filter command,$(origin $(1))),$($(1)))
plan deploy destroy doctor migrate export import hold rotate branch units erasures: export STAGE := $(call given,STAGE)

help: ## lists the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-28s %s\n", $$1, $$2 }'

run: ## runs everything on this machine, at http://127.0.0.1:$PORT (PORT=8000); Ctrl-C ends it
	@infra/setup.sh app aws npm
	@exec $(BIN)/python -m infra.local

# Tests wait for an engine and a browser half of their time: three processes keep two cores busy.
PARALLEL = -n $(or $(WORKERS),$(shell expr $$(nproc) + 1))

test: ## runs the tests but the long ones of `make prove` and those on AWS's own engine; ARGS="tests/domain -k slots" chooses
	@infra/setup.sh app aws lint npm chromium
	@exec $(BIN)/python -m pytest -m "not long" $(or $(ARGS),$(PARALLEL))

prove: ## repeats tests whose outcome depends on timing many times (races, months, interruptions), and runs the long ones
	@infra/setup.sh app aws lint npm chromium
	@exec env OFTEN=1 $(BIN)/python -m pytest -m "chance or long" $(or $(ARGS),$(PARALLEL))

bench: export BASE := $(call given,BASE)
bench: ## measures what all costs beside its budget, an earlier version (BASE=commit) and a rival; exits with 1 if one is missed
	@infra/setup.sh app aws lint npm chromium evidence/rival
	@exec $(BIN)/python -m pytest -o python_files='bench_*.py' -o python_functions='bench_*' tests/bench $(ARGS)

proof: ## makes docs/proof.md, with charts, from what bench and the other commands of tests/evidence have found
	@infra/setup.sh app
	@exec $(BIN)/python -m tests.evidence.page

judged: export ONLY := $(call given,ONLY)
judged: export LANGUAGES := $(call given,LANGUAGES)
judged: ## asks outside judges: accessibility, HTML, headers, mails, calendars, the API, sources; ONLY=ibm asks one, LANGUAGES=fr,ar two languages, SHORT=1 fewer states
	@infra/setup.sh app aws npm chromium evidence/judged
	@exec $(BIN)/python -m pytest -o python_files='judge_*.py' -o python_functions='judge_*' tests/evidence/judged $(if $(ONLY),-k judge_$(ONLY)) $(ARGS)

sbom: ## writes the bill of materials of what goes to AWS, checks it against CycloneDX's schema, prints licences
	@infra/setup.sh app npm evidence/judged
	@$(BIN)/python -m infra.deploy.sbom
	@exec .venv/judged/bin/python tests/evidence/judged/tools/bill_of_materials.py .local/build/sbom.cdx.json

mutants: ## changes the code of domain, store and authorisation in small ways, exits with 1 if the tests notice too few; MOST=500 takes a sample
	@infra/setup.sh app aws npm
	@exec env PYTHONHASHSEED=0 $(BIN)/python -m tests.evidence.mutants

# What breaks copies on purpose, and replays a run, counts on the command line only.
race chaos fuzz soak mutants: export BROKEN := $(call given,BROKEN)
fuzz: ## tries every route, parser, calendar file and mail with input that nobody would write; SHORT=1, SEED=20261127, BROKEN=1
	@infra/setup.sh app aws npm evidence/fuzz
	@exec $(BIN)/python -m tests.evidence.fuzz

soak: export MINUTES := $(call given,MINUTES)
soak: ## loads the functions of the bundle for MINUTES=30: memory and times stay flat, nothing is lost; SHORT=1, SEED, BROKEN=1
	@infra/setup.sh app aws npm
	@exec $(BIN)/python -m tests.evidence.soak

race: export ENGINE := $(call given,ENGINE)
race: ## races everything that writes against everything else, on two engines, beside django-appointment; SEED=7, SHORT=1, ENGINE=local-aws, BROKEN=1
	@infra/setup.sh app aws dynamodb-local evidence/rival
	@exec $(BIN)/python -m tests.evidence.race

chaos: export SCHEDULE := $(call given,SCHEDULE)
chaos: ## puts faults between every two steps of what writes, and runs random schedules; SEED=7 replays, SHORT=1, SCHEDULE=3 shows one, BROKEN=1
	@infra/setup.sh app aws
	@exec env PYTHONHASHSEED=0 $(BIN)/python -m tests.evidence.chaos

attack: export SECONDS := $(call given,SECONDS)
attack: ## attacks the product on a local AWS and prints the successful attempts: times, mails, inbox, races; SECONDS=60 a raid
	@infra/setup.sh app aws
	@exec $(BIN)/python -m infra.rehearse.attack

check: ## checks format, lint, types and architecture, of Python, scripts and styles
	@infra/setup.sh app npm
	@$(MAKE) --no-print-directory -j 2 -O check-types check-rules check-pages

check-types:
	@$(BIN)/mypy --no-error-summary

check-rules:
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/ruff check --quiet
	@$(BIN)/python -m pytest tests/test_architecture.py tests/test_pages.py

NPM := node_modules/.bin
FORMATTED := "**/*.{js,mjs,ts,css}"
check-pages:
	@$(NPM)/prettier --log-level warn --check $(FORMATTED)
	@$(NPM)/eslint --max-warnings 0
	@$(NPM)/stylelint "static_site/**/*.css" "infra/local/kit/*.css"
	@$(BIN)/python -m infra.site.types
	@$(NPM)/tsc

format: ## formats, and fixes lint errors where possible
	@infra/setup.sh app npm
	@$(BIN)/ruff format --quiet
	@$(BIN)/ruff check --quiet --fix
	@$(NPM)/prettier --log-level warn --write $(FORMATTED)
	@$(NPM)/eslint --fix
	@$(NPM)/stylelint --fix "static_site/**/*.css" "infra/local/kit/*.css"

demo-reset: ## renews the demo's data and dates, also while it runs on PORT
	@infra/setup.sh app aws
	@exec $(BIN)/python -m infra.local demo-reset

# USER counts on the command line only: every shell has a variable of that name.
token: ## prints an ID token of the demo's admin, or of USER=staff, while the demo runs on PORT
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.local.users '$(if $(filter command,$(origin USER)),$(USER),admin)'

units: ## compares taken units with appointments, in the demo or in STAGE=...; BRANCH=elbufer FIRST=... LAST=... narrow it
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.units

erasures: ## after a restore: repeats the erasures in < record.csv: STAGE=... TABLE=... BRANCH=elbufer; without STAGE in the demo
	@infra/setup.sh app </dev/null
	@exec $(BIN)/python -m infra.operate.erasures

branch: export BRANCH_ID = $(call given,ID)
branch: export BRANCH_NAME = $(call given,NAME)
branch: export BRANCH_ADMIN = $(call given,ADMIN)
branch: ## creates a branch, not yet released: ID=elbufer NAME="Hörakustik Elbufer"; for a live one STAGE=... ADMIN=anna
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.deploy.branch

plan: ## shows the changes of a deployment of STAGE=prod (infra/stages/prod.toml) by real change sets; changes nothing
	@infra/setup.sh app npm
	@exec $(BIN)/python -m infra.deploy.command plan

deploy plan: export ADMIN := $(call given,ADMIN)
deploy plan: export ADMIN_MAIL := $(call given,ADMIN_MAIL)
deploy plan: export BRANCH_ID := $(call given,BRANCH_ID)
deploy plan: export BRANCH_NAME := $(call given,BRANCH_NAME)
deploy plan: export REPLACE := $(call given,REPLACE)
deploy: ## deploys STAGE=prod to AWS, continues after any failure; first admin and branch: ADMIN=anna ADMIN_MAIL=... BRANCH_ID=... BRANCH_NAME=...
	@infra/setup.sh app npm
	@exec $(BIN)/python -m infra.deploy.command deploy

destroy: export DATA := $(call given,DATA)
destroy: export SURE := $(call given,SURE)
destroy: ## deletes the application of STAGE=...; its stored data only with DATA=<the stage again> SURE=<name of its table>
	@infra/setup.sh app npm
	@exec $(BIN)/python -m infra.deploy.command destroy

doctor: export MEND := $(call given,MEND)
doctor: ## inspects a deployed STAGE=...: drift, alarms, messages, units, permissions; MEND=1 mends units and overdue tasks
	@infra/setup.sh app npm
	@exec $(BIN)/python -m infra.operate.doctor

migrate: export RATE := $(call given,RATE)
migrate: export DRY := $(call given,DRY)
migrate: ## brings stored items to the present version during live use: STAGE=..., RATE=items a second, DRY=1 only counts
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.migrate

clearing: export DRY := $(call given,DRY)
clearing: ## lets old appointments leave, and compares units and figures: STAGE=..., BRANCH=elbufer for one, DRY=1 only counts
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.clearing

import export: export FILE := $(call given,FILE)
export: ## writes a branch, with its personal data, to a file: STAGE=... BRANCH=elbufer FILE=elbufer.jsonl
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.backup export

import: ## imports a branch into a stage that does not have it: STAGE=... FILE=elbufer.jsonl
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.backup import

rehearse: ## deploys to a local AWS that enforces policies, uses it, deploys again and checks that nothing was lost
	@infra/setup.sh app aws npm
	@exec $(BIN)/python -m infra.rehearse.rehearsal

hold: ## after a restore: lists the owed messages of an unused table as not sent: STAGE=... TABLE=...
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.hold

rotate: export END := $(call given,END)
rotate: ## creates a new secret and keeps the earlier one, so that no link ends: STAGE=..., END=1 forgets the earlier one
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.operate.rotate

hashes: ## renews the hashes of installed packages after a version in a requirements file has changed
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.deploy.hashes

scale: ## prints the tables of docs/scale.md: keys, growth, limits, a flash crowd, cost
	@infra/setup.sh app
	@exec $(BIN)/python -m infra.scale.report

test-dynamodb-local: ## runs the store's tests on AWS's own engine (needs Java 17)
	@infra/setup.sh app aws dynamodb-local
	@exec infra/local/isolated.sh env TERMINWERK_TEST_ENGINE=dynamodb-local $(BIN)/python -m pytest tests/store $(ARGS)

setup:
	@infra/setup.sh app aws lint npm chromium

clean: ## removes installed and built files; the demo's data in .local stays
	@rm -rf .venv .local/build node_modules __pycache__ infra/local/dynamodb-local/node_modules tests/evidence/*/node_modules .mypy_cache .ruff_cache .hypothesis
	@find app.py chalicelib infra tests -name __pycache__ -prune -exec rm -rf {} +
