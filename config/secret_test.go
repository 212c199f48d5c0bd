package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestT35_SecretNeverShows(t *testing.T) {
	c := Defaults()
	c.XMPP.Secret = "hunter2"
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb+"\n", c, c.XMPP, c.XMPP.Secret)
	}
	fmt.Fprintln(&out, &c)
	for _, log := range []*slog.Logger{slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))} {
		log.Info("config", "all", c, "xmpp", c.XMPP, "secret", c.XMPP.Secret)
	}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(b)
	for _, shown := range []string{"hunter2", fmt.Sprintf("%x", "hunter2")} {
		if strings.Contains(out.String(), shown) {
			t.Errorf("the secret shows as %s:\n%s", shown, out.String())
		}
	}
	if !strings.Contains(out.String(), "(redacted)") {
		t.Error("no placeholder either")
	}
}

func TestT35_SecretSources(t *testing.T) {
	tests := map[string]struct {
		inFile  string // the [xmpp] section's lines; FILE is the secret file
		content string
		mode    os.FileMode
		env     string
		want    Secret
		err     string
	}{
		"key":             {inFile: `secret = "k"`, want: "k"},
		"file":            {inFile: `secret_file = "FILE"`, content: "f\r\nrest\n", mode: 0o600, want: "f"},
		"file, read-only": {inFile: `secret_file = "FILE"`, content: "f", mode: 0o400, want: "f"},
		"environment":     {env: "e", want: "e"},
		"env over key":    {inFile: `secret = "k"`, env: "e", want: "e"},
		"env over file":   {inFile: `secret_file = "FILE"`, content: "f", mode: 0o644, env: "e", want: "e"},
		"group readable":  {inFile: `secret_file = "FILE"`, content: "f", mode: 0o640, err: "chmod 600"},
		"all readable":    {inFile: `secret_file = "FILE"`, content: "f", mode: 0o604, err: "xmpp.secret_file"},
		"empty file":      {inFile: `secret_file = "FILE"`, content: "\nf", mode: 0o600, err: "first line is empty"},
		"large file":      {inFile: `secret_file = "FILE"`, content: strings.Repeat("f", maxSecret+1), mode: 0o600, err: "larger"},
		"none":            {err: "xmpp.secret: is missing"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			secret := write(t, filepath.Join(dir, "secret"), tt.content, tt.mode)
			lines := strings.ReplaceAll(tt.inFile, "FILE", secret)
			path := write(t, filepath.Join(dir, "frontdesk.toml"), "[xmpp]\ndomain = \"chat.example.com\"\n"+lines+"\n", 0o600)
			t.Setenv(secretEnv, tt.env)
			c, err := Load(path)
			if (tt.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("Load: %v, want %q", err, tt.err)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one complaint: %v", err)
			}
			if c.XMPP.Secret != tt.want {
				t.Errorf("secret %q, want %q", string(c.XMPP.Secret), string(tt.want))
			}
		})
	}
}

// write makes a file with exactly that mode.
func write(t *testing.T, path, content string, mode os.FileMode) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, max(mode, 0o400)); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestT35_Warnings(t *testing.T) {
	dir := t.TempDir()
	tests := map[string]struct {
		mode   os.FileMode
		change func(*Config)
		want   string // "" for no warning
	}{
		"all well":             {mode: 0o600},
		"group may read":       {mode: 0o640},
		"everybody reads":      {mode: 0o644, want: "xmpp.secret"},
		"no secret in it":      {mode: 0o644, change: func(c *Config) { c.XMPP.SecretFile = "/s" }},
		"server elsewhere":     {mode: 0o600, change: func(c *Config) { c.XMPP.Server = "xmpp.example.com:5347" }, want: "xmpp.server"},
		"server on localhost":  {mode: 0o600, change: func(c *Config) { c.XMPP.Server = "localhost:5347" }},
		"metrics to everybody": {mode: 0o600, change: func(c *Config) { c.Admin.Metrics = ":9280" }, want: "admin.metrics"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := write(t, filepath.Join(dir, "c.toml"), "", tt.mode)
			c := Defaults()
			if tt.change != nil {
				tt.change(&c)
			}
			got := Warnings(path, c)
			if (tt.want == "") != (len(got) == 0) || tt.want != "" && !strings.HasPrefix(got[0], tt.want) {
				t.Errorf("Warnings = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLoadWithoutFile(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "none.toml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load = %v, want a not-exist error", err)
	}
}
