package config

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// compare lets go-cmp look at networks.
func compare() cmp.Option {
	return cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })
}

func TestGoodFiles(t *testing.T) {
	for _, path := range files(t, "testdata/good/*.toml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			if _, err := Load(path); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBadFiles(t *testing.T) {
	for _, path := range files(t, "testdata/bad/*.toml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			_, err := Load(path)
			if _, ok := errors.AsType[Errors](err); !ok {
				t.Fatalf("Load = %v, want Errors", err)
			}
			got := strings.ReplaceAll(err.Error(), filepath.Dir(path)+"/", "") + "\n"
			want := strings.TrimSuffix(path, ".toml") + ".want"
			b, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(b), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: %v, %v", pattern, paths, err)
	}
	return paths
}

func TestEveryKeyReachesItsField(t *testing.T) {
	const file = `
[xmpp]
server = "xmpp.example.com:5348"
domain = "desk.example.com"
secret = "s3cret"
secret_file = "/secret"
[http]
listen = "0.0.0.0:80"
origins = ["https://a.example"]
public_url = "https://b.example"
trusted_proxies = ["10.1.2.3/8"]
tls_cert = "cert.pem"
tls_key = "key.pem"
[store]
url = "sqlite:///x.db"
retention = "1h"
[admin]
socket = "/x.sock"
metrics = "127.0.0.1:1"
[chat]
grace = "1m1s"
grace_busy = "1m2s"
offline_after = "1m3s"
agent_grace = "1m4s"
answer_within = "1m5s"
idle = "1m6s"
invite_expires = "1m7s"
resume_ttl = "1m8s"
max_waiting = 9
close_on_gone = true
[bosh]
wait = "11s"
silent_after = "12s"
inactivity = "13s"
[websocket]
ping = "14s"
[limits]
sessions = 15
sessions_per_address = 16
creations_per_second = 17
open_chats = 18
chats_per_address = 19
[log]
level = "warn"
format = "json"
`
	want := Config{
		XMPP: XMPP{Server: "xmpp.example.com:5348", Domain: "desk.example.com", Secret: "s3cret", SecretFile: "/secret"},
		HTTP: HTTP{
			Listen: "0.0.0.0:80", Origins: []string{"https://a.example"}, PublicURL: "https://b.example",
			TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, TLSCert: "cert.pem", TLSKey: "key.pem",
		},
		Store: Store{URL: "sqlite:///x.db", Retention: time.Hour},
		Admin: Admin{Socket: "/x.sock", Metrics: "127.0.0.1:1"},
		Chat: Chat{
			Grace: 61 * time.Second, GraceBusy: 62 * time.Second, OfflineAfter: 63 * time.Second,
			AgentGrace: 64 * time.Second, AnswerWithin: 65 * time.Second, Idle: 66 * time.Second,
			InviteExpires: 67 * time.Second, ResumeTTL: 68 * time.Second, MaxWaiting: 9, CloseOnGone: true,
		},
		BOSH:      BOSH{Wait: 11 * time.Second, SilentAfter: 12 * time.Second, Inactivity: 13 * time.Second},
		WebSocket: WebSocket{Ping: 14 * time.Second},
		Limits:    Limits{Sessions: 15, SessionsPerAddress: 16, CreationsPerSecond: 17, OpenChats: 18, ChatsPerAddress: 19},
		Log:       Log{Level: "warn", Format: "json"},
	}
	got, err := Parse("test", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, compare()); diff != "" {
		t.Error(diff)
	}
	for _, k := range keys(&got) {
		if section, name, _ := strings.Cut(k.name, "."); !strings.Contains(file, "["+section+"]") || !strings.Contains(file, "\n"+name+" = ") {
			t.Errorf("%s is not in this test's file", k.name)
		}
	}
}

func TestExampleIsTheDefaults(t *testing.T) {
	got, err := Parse("example.toml", []byte(Example()))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.HTTP.Origins) == 0 {
		got.HTTP.Origins = nil
	}
	if diff := cmp.Diff(Defaults(), got, compare()); diff != "" {
		t.Error(diff)
	}
}

func TestEveryKeyIsDocumented(t *testing.T) {
	c := Defaults()
	lines := keyLines([]byte(Example()))
	rows := strings.Split(strings.TrimSpace(Doc()), "\n")[2:]
	if len(rows) != len(keys(&c)) {
		t.Errorf("Doc has %d rows for %d keys", len(rows), len(keys(&c)))
	}
	for i, k := range keys(&c) {
		if lines[k.name] == 0 {
			t.Errorf("%s is not in the example", k.name)
		}
		cells := strings.Split(rows[i], " | ")
		if cells[0] != "| `"+k.name+"`" || len(cells) != 3 || len(strings.Trim(cells[2], " |")) < 10 {
			t.Errorf("%s has no meaning in Doc: %s", k.name, rows[i])
		}
	}
}

func TestOnlyDomainAndSecretHaveNoDefault(t *testing.T) {
	var errs Errors
	if !errors.As(Defaults().Validate(), &errs) || len(errs) != 2 || errs[0].Key != "xmpp.domain" || errs[1].Key != "xmpp.secret" {
		t.Errorf("Defaults().Validate() = %v", errs)
	}
}

func TestNearest(t *testing.T) {
	c := Defaults()
	for word, want := range map[string]string{
		"chat.gracee":    "chat.grace",
		"chat.grace_bsy": "chat.grace_busy",
		"grace":          "chat.grace",
		"http.domain":    "xmpp.domain",
		"bosh.ping":      "websocket.ping",
	} {
		if got := nearest(keys(&c), word); got != want {
			t.Errorf("nearest(%q) = %s, want %s", word, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Example())
	for _, pattern := range []string{"testdata/good/*.toml", "testdata/bad/*.toml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(b))
		}
	}
	f.Fuzz(func(t *testing.T, file string) {
		c, err := Parse("fuzz", []byte(file))
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if line == "" {
					t.Errorf("an empty line in %q", err)
				}
			}
			return
		}
		again, err := Parse("fuzz", []byte(file))
		if diff := cmp.Diff(c, again, compare()); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if c.Validate() == nil && (c.XMPP.Domain == "" || c.XMPP.Secret == "") {
			t.Error("valid without domain or secret")
		}
	})
}

func TestSingleErrorsCanBeFound(t *testing.T) {
	_, err := Load("testdata/bad/several.toml")
	if one, ok := errors.AsType[*Error](err); !ok || one.Line != 5 || one.Key != "chat.grace" {
		t.Errorf("the first error is %+v", one)
	}
}

// TestReadLooksForTheSocketOnly has a file that Load refuses.
func TestReadLooksForTheSocketOnly(t *testing.T) {
	c, err := Read("testdata/bad/secret_missing.toml")
	if err != nil || c.Admin.Socket != Defaults().Admin.Socket {
		t.Errorf("Read = %v, %v", c, err)
	}
}
