#!/usr/bin/env bash
# One static binary, ./frontdesk (or $1), marked with the version from git.
set -euo pipefail
cd "$(dirname "$0")/.."

CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "${1:-frontdesk}" .
