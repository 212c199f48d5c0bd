package peers

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

//go:embed prosody.cfg.lua
var prosodyConfig string

// Prosody starts a private Prosody that ends with the test.
func Prosody(t testing.TB, options ...Option) *Server {
	t.Helper()
	path := find(t, "prosody", "prosody prosody-modules")
	s, c := newServer(t, "prosody", options)
	s.RosterWorks = c.Privilege
	config := s.configure("prosody.cfg.lua", prosodyConfig, c)
	s.version = regexp.MustCompile(`Prosody version (\S+)`)
	s.command = func() *exec.Cmd { return exec.Command(path, "-F", "--config", config) }
	accounts := filepath.Join(s.dir, "localhost", "accounts")
	if err := os.MkdirAll(accounts, 0o700); err != nil {
		t.Fatal(err)
	}
	// The internal storage is a file for each account, read at login.
	s.account = func(name, password string) error {
		text := fmt.Sprintf("return { [\"password\"] = %q; };\n", password)
		return os.WriteFile(filepath.Join(accounts, name+".dat"), []byte(text), 0o600)
	}
	s.Start()
	return s
}
