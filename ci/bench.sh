#!/usr/bin/env bash
# Benchmarks of every package, one after the other, and how they stand to the
# project's aims; compare two runs with benchstat. A benchmark fails when what
# it counted is not what it sent; it is no failure to be slow.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p .cache
failed=0
go test -p 1 -run '^$' -bench . -benchmem -count "${COUNT:-1}" -timeout 30m ./... | tee .cache/bench.txt || failed=1

# aim BENCHMARK UNIT least|most VALUE WORDS
aim() {
  awk -v name="$1" -v unit="$2" -v how="$3" -v aim="$4" -v words="$5" '
    $1 ~ "^" name "(-[0-9]+)?$" {
      for (i = 3; i < NF; i += 2) if ($(i + 1) == unit) { sum += $i; n++ }
    }
    END {
      if (!n) { printf "%-44s not measured\n", words; exit 1 }
      mean = sum / n
      good = aim == "" || (how == "least" ? mean >= aim : mean <= aim)
      printf "%-44s %12.1f %-18s %s\n", words, mean, unit, aim == "" ? "" : (good ? "ok" : "MISSED") " (at " how " " aim ")"
    }' .cache/bench.txt || failed=1
}

printf '\n== aims\n'
aim BenchmarkDecodeEncode messages/s least 100000 'wire decodes and encodes a chat message'
aim BenchmarkDesk events/s least 500000 'desk steps messages'
aim BenchmarkStore256Writers msg/s least 40000 'store acknowledges messages of 256 writers'
aim BenchmarkStore256Writers fsync-us most '' 'a sync of the disk, beside it'
aim 'BenchmarkPick(/.*)?' ns/op most 5000 'pick among 10,000 agents'
aim BenchmarkChain cpu-us/roundtrip most '' 'visitor, agent, visitor: CPU of all parts'
aim BenchmarkChain roundtrips/s least '' 'visitor, agent, visitor'
exit "$failed"
