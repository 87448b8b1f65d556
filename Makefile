# The commands of this project. `make` alone lists them; what each does is in the script of that name under .ci/.
#
#   make demo PORT=8001             another port
#   make demo HOST=0.0.0.0          for other machines too
#   make test TESTS=tests/courses   some of the tests

PORT ?= 8000
HOST ?= 127.0.0.1
export PORT HOST

# Not PYTHON: a name that comes from outside would go on to the scripts with this value, and they read it as a wish.
VENV_PYTHON := .venv/bin/python
MANAGE := $(VENV_PYTHON) manage.py
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check bench translations format requirements clean setup setup-dev

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup $(MESSAGES) ## serve the platform with demo content on http://127.0.0.1:8000
	@DJANGO_SETTINGS_MODULE=lms.settings.demo exec $(MANAGE) serve --prepare

demo-reset: ## forget everything entered in the demo
	rm -rf var

test: setup-dev $(MESSAGES) ## run every test, on SQLite, on PostgreSQL and in a browser
	@.ci/test $(TESTS)

check: setup-dev $(MESSAGES) ## style, types, layers, migrations, translations, settings
	@.ci/check

bench: setup-dev $(MESSAGES) ## measure the pages and actions that matter, and print a table
	@$(VENV_PYTHON) -W ignore -m tests.bench

translations: setup-dev ## collect the texts to translate into locale/
	@for domain in django djangojs; do \
		$(MANAGE) makemessages --locale nl --domain $$domain --no-obsolete --no-location \
			--ignore tests --ignore var --ignore static_collected; \
	done

format: setup-dev ## rewrite the code in the project's style
	@$(VENV_PYTHON) -m ruff check --fix-only --quiet .
	@$(VENV_PYTHON) -m ruff format --quiet .
	@find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} + || true

requirements: setup-dev ## lock the versions of pyproject.toml into both requirements files
	@.ci/lock

clean: ## remove what the commands above made, except the demo's data
	rm -rf .venv .tools static_collected .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f $(MESSAGES)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@.ci/setup

setup-dev:
	@.ci/setup dev

%.mo: %.po
	@$(VENV_PYTHON) -m babel.messages.frontend --quiet compile --input-file $< --output-file $@
