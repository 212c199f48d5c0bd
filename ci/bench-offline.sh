#!/usr/bin/env bash
# Measures how long the agent waits to see that a visitor has gone, with a real
# browser and a private Prosody, and writes the table of docs/benchmarks.md.
# Takes about eight minutes. A short look: BENCH_OFFLINE=2 BENCH_DOCUMENT= ci/bench-offline.sh
set -euo pipefail
cd "$(dirname "$0")/.."

ci/install.sh prosody prosody-modules python3-slixmpp chromium nginx

export BENCH_DOCUMENT=${BENCH_DOCUMENT-$PWD/docs/benchmarks.md}
ulimit -n "$(ulimit -Hn)"
go test -tags bench -timeout 1h -count 1 -run '^TestBenchOffline$' -v ./bench
