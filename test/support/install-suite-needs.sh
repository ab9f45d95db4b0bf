#!/usr/bin/env bash
# Installs what suites need beyond npm packages: programs by apt (as root), a Python environment in .tmp/python by pip. Without it those suites are skipped.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

failed=0
say() { printf 'suite needs: %s\n' "$1"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_programs() {
  local packages=()
  command -v tmux >/dev/null || packages+=(tmux)
  command -v systemd-analyze >/dev/null || packages+=(systemd)
  command -v fiu-run >/dev/null || packages+=(fiu-utils)
  # The server's programs lie in a folder of each release.
  command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql)
  command -v python3 >/dev/null || packages+=(python3)
  # Debian keeps the part of venv that brings pip in a package of its own.
  python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
  [ ${#packages[@]} -gt 0 ] || return 0
  say "apt: ${packages[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
}

# The first interpreter that is new enough for every pinned package.
find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

install_python() {
  local wanted=test/support/python-requirements.txt home=.tmp/python python
  if [ -x "$home/bin/python" ] && cmp -s "$wanted" "$home/installed.txt"; then return 0; fi
  python=$(find_python) || {
    say 'no Python 3.11 or newer with venv'
    return 1
  }
  say "pip: a Python environment in $home"
  rm -rf "$home"
  mkdir -p .tmp
  "$python" -m venv "$home" &&
    "$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$wanted" &&
    cp "$wanted" "$home/installed.txt"
}

install_programs || {
  say 'some programs could not be installed'
  failed=1
}
install_python || {
  say 'the Python environment could not be made'
  failed=1
}
exit $failed
