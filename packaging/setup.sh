#!/usr/bin/env bash
# Everything a fresh Debian machine needs: system libraries of Qt, a virtual environment, locked packages.
# Usage: packaging/setup.sh [run|test|bench]   (what the machine is to do; test adds the virtual screen and the tools)
set -euo pipefail
cd "$(dirname "$0")/.."
purpose="${1:-run}"
say() { printf 'setup: %s\n' "$*" >&2; }

libraries=(libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0 libxkbcommon-x11-0 libxcb-cursor0
  libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-image0 libxcb-render-util0 libxcb-randr0 fonts-dejavu-core)
[ "$purpose" = test ] && libraries+=(xvfb xauth xdotool dbus at-spi2-core)
if [ "$purpose" = bench ] && [ "$(id -u)" = 0 ]; then  # two rivals need them, and are left out where they are absent
  command -v node >/dev/null 2>&1 || libraries+=(nodejs)
  command -v g++ >/dev/null 2>&1 || libraries+=(g++)
fi

missing=()
if command -v dpkg-query >/dev/null 2>&1; then
  # a name may live on under another (libglib2.0-0t64 provides libglib2.0-0), so what is provided counts too
  installed="$(dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n' | sed -n 's/^installed / /p')"
  for package in "${libraries[@]}"; do
    grep -qE " ${package//./\\.}( |,|$)" <<<"$installed" || missing+=("$package")
  done
fi

python=""
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
  [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
  if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'; then
    python="$candidate"
    break
  fi
done
if [ -z "$python" ]; then
  say "nnstudio needs Python 3.11, 3.12 or 3.13; install one (apt-get install python3) or set PYTHON=/path/to/it."
  exit 1
fi
if [ ! -x .venv/bin/python ] && ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
  missing+=("python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv")
fi

if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing system packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get install -y -qq --no-install-recommends "${missing[@]}" \
      || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; }; } >&2
  else
    say "these system packages are missing; please type:"
    say "    sudo apt-get install -y --no-install-recommends ${missing[*]}"
    exit 1
  fi
fi

locks=(requirements.txt)
[ "$purpose" = test ] && locks+=(requirements-dev.txt)
[ "$purpose" = bench ] && locks+=(requirements-bench.txt)
wanted="$(cat "${locks[@]}" pyproject.toml | sha256sum | cut -d' ' -f1)"
stamp=.venv/.ready-"$purpose"
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' >/dev/null 2>&1; then
  say "making the virtual environment .venv"
  rm -rf .venv
  "$python" -m venv .venv
fi
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  say "installing locked packages (a few minutes the first time)"
  arguments=()
  for lock in "${locks[@]}"; do arguments+=(-r "$lock"); done
  .venv/bin/python -m pip install --quiet --disable-pip-version-check "${arguments[@]}"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
  printf '%s' "$wanted" > "$stamp"
fi
