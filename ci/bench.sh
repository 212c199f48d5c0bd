#!/usr/bin/env bash
# Benchmarks of every package; compare two runs with benchstat.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p .cache
go test -run '^$' -bench . -benchmem -count "${COUNT:-1}" -timeout 30m ./... | tee .cache/bench.txt
