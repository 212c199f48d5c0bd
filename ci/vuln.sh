#!/usr/bin/env bash
# Looks up known holes in what we use (https://vuln.go.dev). Needs the network.
set -euo pipefail
cd "$(dirname "$0")/.."

go tool -modfile=tools/go.mod govulncheck -test ./...
