#!/usr/bin/env bash
# Puts faults into the code, one at a time; a named test must notice each.
set -euo pipefail
cd "$(dirname "$0")/.."

go run ./ci/mutants "$@"
