# Every target first sets up what it needs; a second time that takes no time.
.DEFAULT_GOAL := help
.PHONY: run test check bench docs help

run: ## Set up, load the demonstration, print its tables and serve on port 8000
	@scripts/setup.sh run
	@.venv/bin/assetmap demo

# One process for each core, each with a PostGIS of its own; a file is one process's.
SHARED = -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: ## Run every test against a real PostGIS
	@scripts/setup.sh dev
	@.venv/bin/python -m pytest $(SHARED)

check: ## Check format, style, types, layers and SQL
	@scripts/setup.sh dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/sqlfluff lint src

bench: ## Time what matters and write docs/benchmarks.md
	@scripts/setup.sh bench
	@.venv/bin/python -m bench

docs: ## Run every example in the documentation
	@scripts/setup.sh dev
	@.venv/bin/python -m pytest tests/docs

help: ## List the targets
	@sed -n 's/^\([a-z]*\): ## /\1\t/p' Makefile | expand -t 8
