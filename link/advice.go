package link

import (
	"strconv"
	"strings"
)

// flaw is a known flaw of XMPP servers that matters to frontdesk: of the
// versions from From up to, and without, Below.
type flaw struct {
	server, from, below, what string
}

func flaws() []flaw {
	const exhaustion = "anybody can exhaust its memory (CVE-2026-43506, CVE-2026-43507)"
	return []flaw{
		{"prosody", "0", "0.12.6", exhaustion},
		{"prosody", "13", "13.0.5", exhaustion},
		{"ejabberd", "0", "23.10", "it grants contact lists but refuses to change them"},
	}
}

// advice tells the known flaws of a server's version, "" when there are none
// or the version is no number.
func advice(server, version string) string {
	if version == "" || notDigit(rune(version[0])) {
		return ""
	}
	var known []string
	for _, f := range flaws() {
		if strings.EqualFold(server, f.server) && !older(version, f.from) && older(version, f.below) {
			known = append(known, f.what)
		}
	}
	return strings.Join(known, "; ")
}

// older compares dotted versions number by number; what is no number counts
// as 0.
func older(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if x, y := number(as, i), number(bs, i); x != y {
			return x < y
		}
	}
	return false
}

func number(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	digits := strings.TrimLeftFunc(parts[i], notDigit)
	if end := strings.IndexFunc(digits, notDigit); end >= 0 {
		digits = digits[:end]
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

func notDigit(r rune) bool { return r < '0' || r > '9' }
