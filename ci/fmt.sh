#!/usr/bin/env bash
# Formats in place: gofumpt and goimports, as .golangci.yml says.
set -euo pipefail
cd "$(dirname "$0")/.."

go tool -modfile=tools/go.mod golangci-lint fmt
