package admin

import (
	"fmt"
	"strings"
	"unicode"

	"mellium.im/xmpp/jid"

	"frontdesk/desk"
	"frontdesk/roster"
)

// ParseAgent returns the canonical form of an agent's address (RFC 7622). It
// wraps desk.ErrInvalid unless s is a bare JID with a localpart.
func ParseAgent(s string) (roster.AgentJID, error) {
	j, err := jid.Parse(s)
	switch {
	case err != nil:
		return "", fmt.Errorf("%q: %w as an address (%w); write it like alice@example.com", s, desk.ErrInvalid, err)
	case j.Localpart() == "":
		return "", fmt.Errorf("%q: %w as an agent, it has no name before an @; write it like alice@example.com", s, desk.ErrInvalid)
	case j.Resourcepart() != "":
		return "", fmt.Errorf("%q: %w as an agent, it has a resource; write %s", s, desk.ErrInvalid, j.Bare())
	}
	return roster.AgentJID(j.String()), nil
}

// ParseQueue returns the canonical form of a queue's name, the localpart of its
// address (RFC 7622 section 3.3). It wraps desk.ErrInvalid when s cannot be one.
func ParseQueue(s string) (string, error) {
	j, err := jid.New(s, "queue.invalid", "")
	if err != nil || j.Localpart() == "" || strings.HasPrefix(j.Localpart(), "visitor-") {
		return "", fmt.Errorf("%q: %w as a queue's name; use one word such as support", s, desk.ErrInvalid)
	}
	return j.Localpart(), nil
}

// checkName tells whether visitors can be shown name as an agent's: it becomes
// the resource of an address (RFC 7622 section 3.4). It wraps desk.ErrInvalid.
func checkName(name string) error {
	if _, err := jid.New("", "name.invalid", name); err != nil || len(name) > maxName || strings.ContainsFunc(name, unprintable) {
		return fmt.Errorf("name %q: %w; use printable characters, at most %d bytes", name, desk.ErrInvalid, maxName)
	}
	return nil
}

// maxName is the longest display name, in bytes.
const maxName = 64

func unprintable(r rune) bool { return !unicode.IsPrint(r) && r != ' ' }
