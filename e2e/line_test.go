//go:build integration

package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// way is how a browser talks to a reverse proxy.
type way struct {
	name  string
	over  over
	http2 bool
}

// ways are those of browsers; one that goes on without HTTP/2 for a WebSocket
// uses it for all else.
func ways() []way {
	return []way{
		{"BOSH", overBOSH(), false},
		{"BOSH over HTTP2", overBOSH(), true},
		{"WebSocket", overWebSocket(), false},
	}
}

// line is the HTTP of one page of the site: it tells the page's origin and
// remembers what became of the requests. All methods may be called at any time
// by anybody.
type line struct {
	*http.Transport

	name, origin string
	http2        bool

	mu      sync.Mutex
	longest time.Duration
	bad     []string
}

func newLine(t *testing.T, f front, w way) *line {
	t.Helper()
	return &line{
		Transport: f.Transport(t, f.address(1), w.http2),
		name:      f.name + "/" + w.name, origin: f.URL(), http2: w.http2,
	}
}

// address is the i-th one that visitors of this proxy come from.
func (f front) address(i int) string { return fmt.Sprintf("127.0.%d.%d", f.n, i) }

// RoundTrip implements [http.RoundTripper].
func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Origin", l.origin)
	begun := time.Now()
	resp, err := l.Transport.RoundTrip(r)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.longest = max(l.longest, time.Since(begun))
	switch {
	case err != nil:
		l.bad = append(l.bad, err.Error())
	case resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusSwitchingProtocols:
		l.bad = append(l.bad, resp.Status)
	case l.http2 != (resp.ProtoMajor == 2):
		l.bad = append(l.bad, resp.Proto)
	}
	return resp, err
}

// waited is nil when a request was answered after it had been held.
func (l *line) waited() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.longest < held {
		return fmt.Errorf("the longest has taken %v; troubles: %q", l.longest, l.bad)
	}
	return nil
}

// troubles are the answers that were none.
func (l *line) troubles() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.bad)
}
