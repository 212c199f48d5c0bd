package gate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/roster"
)

const domain = "chat.example.com"

// fakeIdentities keeps tokens as they are.
type fakeIdentities struct {
	made   int
	tokens map[string]roster.VisitorJID
	broken error
}

func (f *fakeIdentities) NewVisitor() roster.VisitorJID {
	f.made++
	return roster.VisitorJID(fmt.Sprintf("visitor-%d@%s", f.made, domain))
}

func (f *fakeIdentities) IssueToken(_ context.Context, v roster.VisitorJID) (string, time.Time, error) {
	token := fmt.Sprintf("secret-%d", len(f.tokens))
	f.tokens[token] = v
	return token, time.Now().Add(24 * time.Hour), f.broken
}

func (f *fakeIdentities) CheckToken(_ context.Context, v roster.VisitorJID, token string) (bool, error) {
	return f.tokens[token] == v, f.broken
}

// entrance is /visitor of one site.
type entrance struct {
	gate *Gate
	ids  *fakeIdentities
	http.Handler
}

func newEntrance(rules Rules) *entrance {
	rules.Sites = []roster.Site{roster.DefaultSite([]string{"https://shop.example.com"}, "")}
	e := &entrance{gate: New(rules), ids: &fakeIdentities{tokens: map[string]roster.VisitorJID{}}}
	e.Handler = e.gate.Visitors(domain, e.ids, slog.New(slog.DiscardHandler))
	return e
}

// ask sends a request to /visitor.
func (e *entrance) ask(method string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://"+domain+"/visitor", nil)
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func read(t *testing.T, w *httptest.ResponseRecorder) identity {
	t.Helper()
	var got identity
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return got
}

func basic(name, token string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(name, token) }
}

func origin(o string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Origin", o) }
}

func TestMakeAVisitor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEntrance(Rules{})
		seen := map[string]bool{}
		for _, method := range []string{"POST", "GET", "POST"} {
			w := e.ask(method, origin("https://shop.example.com"))
			if w.Code != http.StatusCreated {
				t.Fatalf("%s: %d %s", method, w.Code, w.Body)
			}
			for name, want := range map[string]string{
				"Cache-Control": "no-store", "Content-Type": "application/json",
				"Access-Control-Allow-Origin": "https://shop.example.com", "Vary": "Origin",
				"Access-Control-Allow-Credentials": "",
			} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s: %s is %q", method, name, got)
				}
			}
			got := read(t, w)
			if seen[got.JID] || seen[got.Password] || string(e.ids.tokens[got.Password]) != got.JID {
				t.Errorf("%s: %+v", method, got)
			}
			seen[got.JID], seen[got.Password] = true, true
			expires, err := time.Parse(time.RFC3339, got.Expires)
			if err != nil || time.Until(expires).Round(time.Minute) != 24*time.Hour || !strings.HasSuffix(got.Expires, "Z") {
				t.Errorf("%s: expires %s", method, got.Expires)
			}
		}
	})
}

func TestRenewAToken(t *testing.T) {
	e := newEntrance(Rules{})
	first := read(t, e.ask("POST"))
	local := roster.VisitorJID(first.JID).Local()
	for _, name := range []string{local, first.JID} {
		w := e.ask("POST", basic(name, first.Password))
		if got := read(t, w); w.Code != http.StatusCreated || got.JID != first.JID || got.Password == first.Password {
			t.Errorf("as %s: %d %+v", name, w.Code, got)
		}
	}
	if got := read(t, e.ask("GET", basic(local, first.Password))); got.JID == first.JID {
		t.Error("a GET gave a new token to a visitor who was here before")
	}
	for name, change := range map[string]func(*http.Request){
		"wrong token":     basic(local, first.Password+"x"),
		"unknown visitor": basic("visitor-nobody", first.Password),
		"another domain":  basic(local+"@example.net", first.Password),
		"empty":           basic("", ""),
		"bearer":          func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+first.Password) },
	} {
		w := e.ask("POST", change)
		if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `"error"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if h := w.Header().Get("WWW-Authenticate"); h == "" || strings.HasPrefix(h, "Basic") {
			t.Errorf("%s: browsers would ask for a password: %q", name, h)
		}
	}
}

func TestVisitorMethods(t *testing.T) {
	e := newEntrance(Rules{})
	if w := e.ask("DELETE"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, POST, OPTIONS" {
		t.Errorf("DELETE: %d %v", w.Code, w.Header())
	}
	w := e.ask("OPTIONS", origin("https://shop.example.com"))
	if w.Code != http.StatusNoContent || !strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("OPTIONS: %d %v", w.Code, w.Header())
	}
	w = e.ask("POST", origin("https://evil.example.net"))
	if w.Code != http.StatusForbidden || w.Header().Get("Access-Control-Allow-Origin") != "" || len(e.ids.tokens) != 0 {
		t.Errorf("a foreign page: %d %v", w.Code, w.Header())
	}
}

func TestT19_MassSignUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEntrance(Rules{SessionsPerAddress: 6, CreationsPerSecond: 1000})
		made := func() (n int) {
			for range 100 {
				switch w := e.ask("POST"); w.Code {
				case http.StatusCreated:
					n++
				case http.StatusTooManyRequests:
					if w.Header().Get("Retry-After") == "" {
						t.Error("no Retry-After")
					}
				default:
					t.Errorf("%d %s", w.Code, w.Body)
				}
			}
			return n
		}
		if n := made(); n != 6 {
			t.Errorf("%d visitors at once", n)
		}
		time.Sleep(20 * time.Second)
		if n := made(); n != 2 {
			t.Errorf("%d visitors after 20 s", n)
		}
	})
}

func TestVisitorWithoutAStore(t *testing.T) {
	e := newEntrance(Rules{})
	e.ids.broken = errors.New("disk full")
	for _, w := range []*httptest.ResponseRecorder{e.ask("POST"), e.ask("POST", basic("a", "b"))} {
		if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "disk") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	e.ids.broken = nil
	e.gate.Close()
	if w := e.ask("POST"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("after Close: %d", w.Code)
	}
}
