package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frontdesk/web"
)

func get(t *testing.T, h http.Handler, method, path string) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, http.NoBody))
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestDemoServesExactPaths(t *testing.T) {
	demo := web.Demo("chat.example.com")
	for _, c := range []struct {
		method, path string
		code         int
		mime         string
	}{
		{"GET", "/demo/", 200, "text/html; charset=utf-8"},
		{"HEAD", "/demo/product.html", 200, "text/html; charset=utf-8"},
		{"GET", "/demo/panel.js", 200, "text/javascript; charset=utf-8"},
		{"GET", "/demo/shop.css", 200, "text/css; charset=utf-8"},
		{"GET", "/demo/kettle.svg", 200, "image/svg+xml"},
		{"GET", "/demo/site.json", 200, "application/json"},
		{"GET", "/demo/../web.go", 404, ""},
		{"GET", "/demo//index.html", 404, ""},
		{"GET", "/demo/demo", 404, ""},
		{"POST", "/demo/", 405, ""},
	} {
		r := get(t, demo, c.method, c.path)
		if r.StatusCode != c.code {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, r.StatusCode, c.code)
		}
		if c.mime != "" && r.Header.Get("Content-Type") != c.mime {
			t.Errorf("%s: type %q, want %q", c.path, r.Header.Get("Content-Type"), c.mime)
		}
	}
	if got := text(t, get(t, demo, "GET", "/demo/site.json")); got != `{"domain":"chat.example.com"}` {
		t.Errorf("site.json: %s", got)
	}
}

// Every link of a page leads to a page that is there, and no page carries
// script or style of its own: the policy would refuse it.
func TestDemoPagesHoldTogether(t *testing.T) {
	demo := web.Demo("chat.example.com")
	links := regexp.MustCompile(`(?:href|src)="([^"]+)"`)
	inline := regexp.MustCompile(`(?i)<script(>|[^>]*>[^<])|<style|\son[a-z]+=|style="|javascript:`)
	for _, name := range []string{"", "product.html", "cart.html"} {
		page := text(t, get(t, demo, "GET", "/demo/"+name))
		if found := inline.FindString(page); found != "" {
			t.Errorf("%q has inline code: %s", name, found)
		}
		for _, m := range links.FindAllStringSubmatch(page, -1) {
			at := "/demo/" + strings.TrimPrefix(m[1], "./")
			if r := get(t, demo, "GET", at); r.StatusCode != http.StatusOK {
				t.Errorf("%q links to %s: %d", name, m[1], r.StatusCode)
			}
		}
	}
}

func TestT26_DemoPolicy(t *testing.T) {
	h := get(t, web.Demo("chat.example.com"), "GET", "/demo/").Header
	policy := h.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy: %q", policy)
	}
	if h.Get("X-Content-Type-Options") != "nosniff" {
		t.Error("nosniff is missing")
	}
}

// T26: what people write is put on the page as text.
func TestT26_PagesNeverBuildMarkup(t *testing.T) {
	noScript(t, `innerHTML|outerHTML|insertAdjacentHTML|setHTML|DOMParser|createContextualFragment|srcdoc|`+
		`document\.write|eval\(|new Function|set(Timeout|Interval)\(['"\x60]|setAttribute|\.(href|src) *=`)
}

// T28: what a page keeps is gone with its tab.
func TestT28_PagesKeepNothingBeyondTheTab(t *testing.T) {
	noScript(t, `localStorage|indexedDB|cookie|caches\b|serviceWorker`)
}

// noScript checks that no script of the demo uses what matches.
func noScript(t *testing.T, forbidden string) {
	t.Helper()
	demo, uses := web.Demo("chat.example.com"), regexp.MustCompile(forbidden)
	scripts, err := filepath.Glob("demo/*.js")
	if err != nil || len(scripts) < 2 {
		t.Fatal(scripts, err)
	}
	for _, script := range scripts {
		if found := uses.FindString(text(t, get(t, demo, "GET", "/"+script))); found != "" {
			t.Errorf("%s uses %s", script, found)
		}
	}
}

func TestUnchangedPageIsNotSentAgain(t *testing.T) {
	demo := web.Demo("chat.example.com")
	r := httptest.NewRequest("GET", "/demo/shop.css", http.NoBody)
	r.Header.Set("If-None-Match", get(t, demo, "GET", "/demo/shop.css").Header.Get("ETag"))
	w := httptest.NewRecorder()
	demo.ServeHTTP(w, r)
	if w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("%d with %d bytes, want 304 without any", w.Code, w.Body.Len())
	}
}

// VENDORED.md: the file is the one of the npm package.
func TestStropheIsTheVendoredOne(t *testing.T) {
	const want = "cb77bf266e961597de37f4a7655dee8f71d8e1527df3ab38e993275a0de0a2eb"
	for path, h := range map[string]http.Handler{
		"/strophe.umd.min.js":      web.Static(),
		"/demo/strophe.umd.min.js": web.Demo("chat.example.com"),
	} {
		sum := sha256.Sum256([]byte(text(t, get(t, h, "GET", path))))
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%s: sha256 %s, want %s", path, got, want)
		}
	}
}
