#!/usr/bin/env bash
# Measures frontdesk beside a private Prosody and ejabberd and writes the table
# of docs/benchmarks.md. Needs two idle cores; the full run takes half an hour.
# A short look: BENCH_COUNT=1 BENCH_SIZES="200 500" BENCH_SECONDS=5 BENCH_CHURN=100
# BENCH_DOCUMENT= ci/bench-peers.sh
set -euo pipefail
cd "$(dirname "$0")/.."

ci/install.sh prosody prosody-modules ejabberd

export BENCH_DOCUMENT=${BENCH_DOCUMENT-$PWD/docs/benchmarks.md}
ulimit -n "$(ulimit -Hn)"
go test -tags bench -timeout 3h -count 1 -run '^TestBenchPeers$' -v ./bench
