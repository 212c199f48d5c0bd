// Command mutants puts one-line faults into the code, each for itself, and
// demands that the test named beside it fails. The tree is not touched: the
// faulty file reaches the compiler through go test -overlay.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

//go:embed faults.txt
var list string

func main() {
	only := flag.String("only", "", "run the faults whose name contains this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		stop()
		os.Exit(1)
	}
}

// run tries every fault and names those that no test noticed.
func run(ctx context.Context, only string) error {
	faults, err := parse(list)
	if err != nil {
		return err
	}
	tried, survived := 0, 0
	for _, f := range faults {
		if !strings.Contains(f.name, only) {
			continue
		}
		tried++
		if err := f.try(ctx); err != nil {
			survived++
			say("MISSED   %s: %v\n", f.name, err)
			continue
		}
		say("noticed  %s (%s)\n", f.name, f.test)
	}
	if survived > 0 {
		return fmt.Errorf("%d of %d faults were not noticed", survived, tried)
	}
	say("all %d faults were noticed\n", tried)
	return nil
}

// try runs the fault's test on the faulty code; nil means that it failed, as
// it should.
func (f fault) try(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	overlay, err := f.overlay(dir)
	if err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, "go", "test", "-overlay="+overlay, "-count=1", "-timeout=2m",
		"-run=^"+f.test+"$", f.pkg).CombinedOutput()
	switch said := string(out); {
	case ctx.Err() != nil:
		return ctx.Err()
	case strings.Contains(said, "[build failed]"), strings.Contains(said, "[setup failed]"):
		return fmt.Errorf("the fault does not compile:\n%s", said)
	case strings.Contains(said, "no tests to run"):
		return fmt.Errorf("there is no test %s in %s", f.test, f.pkg)
	case err == nil:
		return fmt.Errorf("%s passes all the same", f.test)
	}
	return nil
}

// overlay writes the faulty file and the map that stands it in for the real
// one.
func (f fault) overlay(dir string) (string, error) {
	code, err := os.ReadFile(f.file)
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(code), f.old); n != 1 {
		return "", fmt.Errorf("%q stands %d times in %s, want once", f.old, n, f.file)
	}
	faulty := filepath.Join(dir, "faulty.go")
	if err := os.WriteFile(faulty, []byte(strings.Replace(string(code), f.old, f.new, 1)), 0o600); err != nil {
		return "", err
	}
	original, err := filepath.Abs(f.file)
	if err != nil {
		return "", err
	}
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {original: faulty}})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, replace, 0o600)
}

func say(format string, args ...any) { fmt.Fprintf(os.Stdout, format, args...) }
