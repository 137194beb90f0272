#!/usr/bin/env bash
# Lock the versions anew: resolve pyproject.toml in an empty environment and write down what came of it.
set -euo pipefail
cd "$(dirname "$0")/.."
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip="$folder/venv/bin/python -m pip --disable-pip-version-check"
$pip install --quiet .
head='# Locked versions; written by packaging/lock.sh from pyproject.toml.'
{ echo "$head"; $pip freeze --exclude nnstudio; } > requirements.txt
$pip install --quiet ".[dev]"
{ echo "$head"; $pip freeze --exclude nnstudio; } > requirements-dev.txt
