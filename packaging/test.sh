#!/usr/bin/env bash
# Everything that proves the build: lint, format, types, import rules, tests. The first failure ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$1"; }
step "lint";         .venv/bin/ruff check .
step "format";       .venv/bin/ruff format --check --quiet .
step "types";        .venv/bin/mypy
step "import rules"; .venv/bin/lint-imports
step "kernels";      .venv/bin/python -c 'from nnstudio.engine import warm_up; warm_up()'
# A file of tests stays in one process: its caches and its window serve all of them.
step "tests";        .venv/bin/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder "$@"
