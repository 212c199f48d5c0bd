#!/usr/bin/env bash
# The tests that need nothing but Go (and python3's expat for one comparison).
set -euo pipefail
cd "$(dirname "$0")/.."

go vet ./...
go test ${RACE:+-race} -timeout 60m ./...
