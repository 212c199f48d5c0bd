#!/usr/bin/env bash
# Cheap checks first: go.mod, formatting, linters, scripts.
set -euo pipefail
cd "$(dirname "$0")/.."

golangci() { go tool -modfile=tools/go.mod golangci-lint "$@"; }

echo '== go.mod is tidy'
go mod tidy -diff

echo '== formatting'
golangci fmt --diff

echo '== linters'
golangci run ./...

echo '== tests sleep in synctest bubbles only'
sleepers=$(grep -rlE 'time\.Sleep\(' --include='*_test.go' . | xargs -r grep -L 'testing/synctest' || true)
[ -z "$sleepers" ] || { echo "time.Sleep outside a bubble: $sleepers" >&2; exit 1; }

echo '== scripts'
for script in ci/*.sh .ci/run; do bash -n "$script"; done
