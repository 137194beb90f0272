#!/usr/bin/env bash
# Everything that proves the build: lint, format, types, import rules, tests. The first failure ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$1"; }
# The engine is compiled while the sources are looked at: either keeps one processor busy.
.venv/bin/python -c 'from nnstudio.engine import warm_up; warm_up()' & kernels=$!
trap 'kill "$kernels" 2>/dev/null || true' EXIT
step "lint";         .venv/bin/ruff check .
step "format";       .venv/bin/ruff format --check --quiet .
step "types";        .venv/bin/mypy
step "import rules"; .venv/bin/lint-imports
step "kernels";      wait "$kernels"
# A file of tests stays in one process: its caches and its window serve all of them.
step "tests";        .venv/bin/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder "$@"
