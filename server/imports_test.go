package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows says who may import whom (docs/architecture.md has the picture). The
// nouns hold the shared words, so whoever stands above them may import them;
// they are listed once, in nouns. A row whose package is not there yet is a
// room that is kept for it.
func arrows() map[string][]string {
	return map[string][]string{
		"":             {"cmd"},
		"roster":       {},
		"queue":        {"roster"},
		"chat":         {"roster", "queue"},
		"ledger":       nouns(),
		"desk":         nouns("ledger"),
		"engine":       nouns("ledger", "desk"),
		"command":      nouns("ledger", "engine", "desk"),
		"wire":         nouns(),
		"store/sqlite": nouns("ledger"),
		"wheel":        {},
		"hold":         {},
		"gate":         {"roster"},
		"c2s":          nouns("ledger", "engine", "desk", "wire", "wheel"),
		"bosh":         nouns("c2s", "wire", "hold", "gate", "wheel"),
		"ws":           nouns("c2s", "wire", "hold", "gate", "wheel"),
		"link":         {"wire"},
		"component":    nouns("link", "command", "engine", "desk", "wire"),
		"admin":        nouns("ledger", "command"),
		"config":       {},
		"web":          {},
		"server": nouns("ledger", "desk", "engine", "command", "wire", "c2s", "gate", "hold",
			"link", "component", "admin", "store/sqlite", "bosh", "ws", "config", "web"),
		"cmd":  nouns("config", "server", "admin"),
		"docs": {},
	}
}

// nouns are the lowest packages, and more.
func nouns(more ...string) []string {
	return append([]string{"roster", "queue", "chat"}, more...)
}

// testOnly lists packages that tests alone may import; they may import
// anything.
func testOnly() []string {
	return []string{"internal/xmpptest", "internal/peers", "internal/scenario", "internal/bookshelf", "store/storetest", "e2e", "ci/mutants"}
}

// A module path is the shortest way to tell our packages from others.
const module = "frontdesk"

type listed struct {
	ImportPath string
	Imports    []string
}

func TestImportsFollowThePicture(t *testing.T) {
	allowed := arrows()
	for _, p := range listPackages(t) {
		from := ours(p.ImportPath)
		to, known := allowed[from]
		if !known && slices.Contains(testOnly(), from) {
			continue
		}
		if !known {
			t.Errorf("package %q is not in the table: add it to arrows, .golangci.yml and docs/architecture.md", from)
			continue
		}
		for _, imported := range p.Imports {
			if !isOurs(imported) {
				continue
			}
			if name := ours(imported); !slices.Contains(to, name) {
				t.Errorf("%q imports %q: the picture has no such arrow", from, name)
			}
		}
	}
}

// TestPicturePointsDown proves that the table itself has no cycle.
func TestPicturePointsDown(t *testing.T) {
	const entered, left = 1, 2
	allowed, state := arrows(), map[string]int{}
	var walk func(string)
	walk = func(name string) {
		switch state[name] {
		case entered:
			t.Fatalf("the table has a cycle through %q", name)
		case left:
			return
		}
		state[name] = entered
		for _, to := range allowed[name] {
			walk(to)
		}
		state[name] = left
	}
	for name := range allowed {
		walk(name)
	}
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			t.Fatalf("decode go list: %v", err)
		}
		all = append(all, p)
	}
}

func isOurs(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

func ours(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
}
