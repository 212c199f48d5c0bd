package server

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
)

// Relations of XEP-0156 §3.
const (
	relBOSH      = "urn:xmpp:alt-connections:xbosh"
	relWebSocket = "urn:xmpp:alt-connections:websocket"
)

// linkOf is one link of a host-meta document.
type linkOf struct {
	Rel  string `json:"rel" xml:"rel,attr"`
	Href string `json:"href" xml:"href,attr"`
}

// hostMeta is both formats of RFC 6415: XRD and JRD.
type hostMeta struct {
	XMLName xml.Name `json:"-" xml:"http://docs.oasis-open.org/ns/xri/xrd-1.0 XRD"`
	Links   []linkOf `json:"links" xml:"Link"`
}

// discovery adds the two host-meta documents (XEP-0156). Only secure addresses
// are told, so without a public https URL there are none.
func (s *Server) discovery(r routes) {
	public := strings.TrimSuffix(s.cfg.HTTP.PublicURL, "/")
	host, secure := strings.CutPrefix(public, "https://")
	if !secure {
		return
	}
	meta := hostMeta{Links: []linkOf{
		{relBOSH, public + "/http-bind"},
		{relWebSocket, "wss://" + host + "/xmpp-websocket"},
	}}
	xrd, errXML := xml.Marshal(meta)
	jrd, errJSON := json.Marshal(meta)
	if errXML != nil || errJSON != nil {
		return // strings always encode
	}
	r["/.well-known/host-meta"] = document("application/xrd+xml", append([]byte(xml.Header), xrd...))
	r["/.well-known/host-meta.json"] = document("application/json", jrd)
}

// document is a public resource that any page may read.
func document(mime string, body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", mime)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		_, _ = w.Write(body)
	})
}
