package cmd

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"frontdesk/config"
)

func TestCheck(t *testing.T) {
	const good = "[xmpp]\ndomain = \"chat.example.com\"\nsecret = \"s3cret\"\n"
	tests := map[string]struct {
		file  string
		found []finding
		want  string // FILE is the configuration
		err   error
	}{
		"all well": {
			file: good, found: []finding{{Name: "store", OK: true, Detail: "writable", Remedy: "nothing"}},
			want: "ok      configuration: FILE\nok      store: writable\n",
		},
		"a problem": {
			file: good, found: []finding{{Name: "xmpp", Detail: "connection\nrefused\x1b[2J", Remedy: "start it"}, {Name: "store", OK: true}},
			want: "ok      configuration: FILE\nPROBLEM xmpp: connection refused[2J\n        start it\nok      store\n", err: errProblems,
		},
		"a warning": {
			file: good + "server = \"xmpp.example.com:5347\"\n",
			want: "ok      configuration: FILE\nok      xmpp.server: warning: xmpp.example.com:5347 is not on this machine and the link is not encrypted; use a tunnel\n",
		},
		"a bad file": {
			file: good + "[chat]\ngrace = 60\n",
			want: "PROBLEM configuration: FILE:5: chat.grace: want a duration in quotes, for example \"90s\", \"5m\" or \"24h\"\n        change the file and check again\n", err: errProblems,
		},
		"no file": {err: fs.ErrNotExist},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "frontdesk.toml")
			if tt.file != "" {
				if err := os.WriteFile(path, []byte(tt.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var out bytes.Buffer
			g := &globals{config: path, out: plain{&out}}
			g.check = func(context.Context, config.Config) []finding { return tt.found }
			if err := runCheck(t.Context(), g); !errors.Is(err, tt.err) {
				t.Errorf("runCheck = %v, want %v", err, tt.err)
			}
			if got := string(bytes.ReplaceAll(out.Bytes(), []byte(path), []byte("FILE"))); got != tt.want {
				t.Errorf("printed %q\nwant    %q", got, tt.want)
			}
		})
	}
}
