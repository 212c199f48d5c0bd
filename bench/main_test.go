//go:build bench

// Package bench_test measures frontdesk beside Prosody and ejabberd in one
// run: anonymous visitors over BOSH (XEP-0124), each server on one core, the
// load on the other. ci/bench-peers.sh runs it and writes docs/benchmarks.md.
package bench_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"frontdesk/internal/peers"
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run builds the binary once, unless one is given, and keeps to our core.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if os.Getenv(peers.BinaryVariable) == "" {
		binary, err := peers.Build(dir, false)
		if err != nil {
			panic(err)
		}
		os.Setenv(peers.BinaryVariable, binary)
	}
	if err := pin(); err != nil {
		panic(err)
	}
	return m.Run()
}

// number reads a setting of the run from the environment.
func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// sizes are the numbers of parked sessions.
func sizes() []int {
	var all []int
	for text := range strings.FieldsSeq(os.Getenv("BENCH_SIZES")) {
		n, err := strconv.Atoi(text)
		if err != nil {
			panic(fmt.Errorf("BENCH_SIZES: %w", err))
		}
		all = append(all, n)
	}
	if all == nil {
		return []int{1000, 5000, 12000}
	}
	return all
}
