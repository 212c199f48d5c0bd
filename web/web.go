// Package web holds the pages and scripts that frontdesk serves as files: the
// demo shop and the vendored strophe.js (VENDORED.md).
//
// Every file is embedded and known by its exact path; there is no directory
// to walk. The pages carry a content security policy without inline scripts.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"time"
)

//go:embed dist demo
var files embed.FS

// policy lets a page load our own files and talk to our own server (BOSH),
// and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Demo serves the demo shop under /demo/: mount it there without stripping
// the prefix. domain is the XMPP domain that the shop's visitors log in to.
func Demo(domain string) http.Handler {
	pages := pagesOf("demo", "/demo/")
	maps.Copy(pages, pagesOf("dist", "/demo/"))
	pages["/demo/"] = pages["/demo/index.html"]
	site, err := json.Marshal(map[string]string{"domain": domain})
	if err != nil {
		panic(err) // a string always encodes
	}
	pages["/demo/site.json"] = newPage("site.json", site)
	return pages
}

// Static serves the scripts that pages of other sites may load:
// /strophe.umd.min.js.
func Static() http.Handler { return pagesOf("dist", "/") }

// pages answers GET and HEAD on exact paths.
type pages map[string]page

type page struct {
	name string
	body []byte
	mime string
	etag string
}

// ServeHTTP answers with the page at exactly this path, or 404.
func (ps pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p, ok := ps[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "GET or HEAD", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Type", p.mime)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache") // revalidated by its ETag
	h.Set("ETag", p.etag)
	http.ServeContent(w, r, p.name, time.Time{}, bytes.NewReader(p.body))
}

// pagesOf reads one embedded directory. The files are part of the binary, so
// a failure is a broken build.
func pagesOf(dir, prefix string) pages {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		panic(err)
	}
	ps := pages{}
	for _, e := range entries {
		body, err := fs.ReadFile(files, path.Join(dir, e.Name()))
		if err != nil {
			panic(err)
		}
		ps[prefix+e.Name()] = newPage(e.Name(), body)
	}
	return ps
}

func newPage(name string, body []byte) page {
	sum := sha256.Sum256(body)
	return page{name: name, body: body, mime: typeOf(name), etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
}

// typeOf does not depend on what the machine's own table of types says.
func typeOf(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".json":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	default:
		return mime.TypeByExtension(ext)
	}
}
