#!/usr/bin/env bash
# The studio where there is a screen; without one the demo, which drives the same window and leaves pictures.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec .venv/bin/nnstudio "$@"
fi
echo "no display: running nnstudio demo" >&2
exec .venv/bin/nnstudio demo --out demo
