//go:build integration

package peers_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"frontdesk/internal/peers"
)

func TestIntegrationBrowserRunsScripts(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("<!doctype html><title>" + r.URL.Path + "</title><p>hello"))
	}))
	defer site.Close()
	b := peers.Chromium(t)
	b.Open(site.URL + "/one")
	first := peers.Eval[float64](b, "performance.timeOrigin")
	b.Open(site.URL + "/two")
	second := peers.Eval[float64](b, "performance.timeOrigin")
	b.True(soon, "document.title === '/two'")
	if first == second {
		t.Error("two pages with one time origin")
	}
	b.Screenshot(t.TempDir(), "two")
	b.Kill()
}
