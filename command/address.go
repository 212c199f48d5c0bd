package command

import (
	"fmt"
	"strings"
	"unicode"

	"mellium.im/xmpp/jid"
)

// parseAgent returns the canonical form of an agent's address (RFC 7622). It
// wraps [ErrInvalid] unless s is a bare JID with a localpart.
func parseAgent(s string) (string, error) {
	j, err := jid.Parse(s)
	switch {
	case err != nil:
		return "", fmt.Errorf("%q: %w as an address (%w); write it like alice@example.com", s, ErrInvalid, err)
	case j.Localpart() == "":
		return "", fmt.Errorf("%q: %w as an agent, it has no name before an @; write it like alice@example.com", s, ErrInvalid)
	case j.Resourcepart() != "":
		return "", fmt.Errorf("%q: %w as an agent, it has a resource; write %s", s, ErrInvalid, j.Bare())
	}
	return j.String(), nil
}

// parseQueue returns the canonical form of a queue's name, the localpart of its
// address (RFC 7622 section 3.3). It wraps [ErrInvalid] when s cannot be one.
func parseQueue(s string) (string, error) {
	j, err := jid.New(s, "queue.invalid", "")
	if err != nil || j.Localpart() == "" || strings.HasPrefix(j.Localpart(), "visitor-") {
		return "", fmt.Errorf("%q: %w as a queue's name; use one word such as support", s, ErrInvalid)
	}
	return j.Localpart(), nil
}

// checkName tells whether visitors can be shown name as an agent's: it becomes
// the resource of an address (RFC 7622 section 3.4). It wraps [ErrInvalid].
func checkName(name string) error {
	if _, err := jid.New("", "name.invalid", name); err != nil || len(name) > maxName || strings.ContainsFunc(name, unprintable) {
		return fmt.Errorf("name %q: %w; use printable characters, at most %d bytes", name, ErrInvalid, maxName)
	}
	return nil
}

// maxName is the longest display name, in bytes.
const maxName = 64

func unprintable(r rune) bool { return !unicode.IsPrint(r) && r != ' ' }
