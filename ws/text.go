package ws

import (
	"crypto/rand"
	"strings"

	"frontdesk/c2s"
)

// plainClose ends a stream (RFC 7395 §3.6). There are clients that compare it
// as a string.
const plainClose = `<close xmlns="` + nsFraming + `" />`

// openText is our header (RFC 7395 §3.4).
func openText(domain, id string) []byte {
	return []byte(`<open xmlns="` + nsFraming + `" from="` + escape(domain) + `" id="` + escape(id) +
		`" version="1.0" xml:lang="en" />`)
}

// errorText is a stream error (RFC 6120 §4.9).
func errorText(err *c2s.StreamError) []byte {
	b := `<stream:error xmlns:stream="` + nsStreams + `"><` + err.Condition + ` xmlns="` + nsErrors + `" />`
	if err.Text != "" {
		b += `<text xmlns="` + nsErrors + `" xml:lang="en">` + escape(err.Text) + `</text>`
	}
	return []byte(b + `</stream:error>`)
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

// newID returns the id of a header that no stream stands behind: 130 random
// bits.
func newID() string { return strings.ToLower(rand.Text()) }
