package scenario

import "fmt"

// Admin is who gets what [AdminLooks] shows.
const Admin = "the admin"

// Kind is a kind of thing that comes to somebody.
type Kind int

// The kinds of sights. What Of and Text mean stands beside each.
const (
	Words    Kind = iota // Text, from Of
	Notice               // Text, a line of the desk's own; for agents in the chat with Of
	Refusal              // Text is the condition of the error
	Presence             // Of is Text: "online", "away", "busy" or "offline"
	Typing               // Of types (Text ""), or stops it (Text "stop")
	Receipt              // for the words Text
	Contact              // Of came into the contact list (Text ""), or left it (Text "loses")
	End                  // of the chat with Of
	Place                // Text is the number in the line
	Seats                // for Admin: Of has Text chats
	Where                // for Admin: the chat of Of is with the agent Text, or waits ("")
)

// Sight is one thing that came to an agent, or to one page of a visitor.
type Sight struct {
	To   string
	Kind Kind
	Of   string
	Text string
}

// String is the sight as a play says it.
func (s Sight) String() string {
	with := func(preposition string) string {
		if s.Of == "" {
			return ""
		}
		return " " + preposition + " " + s.Of
	}
	switch s.Kind {
	case Words:
		return fmt.Sprintf("%s hears %q%s", s.To, s.Text, with("from"))
	case Notice:
		return fmt.Sprintf("%s is told %q%s", s.To, s.Text, with("of"))
	case Refusal:
		return fmt.Sprintf("%s is refused %s", s.To, s.Text)
	case Presence:
		return fmt.Sprintf("%s sees %s %s", s.To, s.Of, s.Text)
	case Typing:
		if s.Text != "" {
			return fmt.Sprintf("%s sees %s stop typing", s.To, s.Of)
		}
		return fmt.Sprintf("%s sees %s typing", s.To, s.Of)
	case Receipt:
		return fmt.Sprintf("%s gets a receipt for %q", s.To, s.Text)
	case Contact:
		if s.Text != "" {
			return fmt.Sprintf("%s loses %s as a contact", s.To, s.Of)
		}
		return fmt.Sprintf("%s gets %s as a contact", s.To, s.Of)
	case End:
		return fmt.Sprintf("%s sees the chat with %s end", s.To, s.Of)
	case Place:
		return fmt.Sprintf("%s is number %s in line", s.To, s.Text)
	case Seats:
		return fmt.Sprintf("%s has %s chats", s.Of, s.Text)
	case Where:
		if s.Text == "" {
			return fmt.Sprintf("%s waits", s.Of)
		}
		return fmt.Sprintf("%s is with %s", s.Of, s.Text)
	}
	return fmt.Sprintf("%s: %d of %s: %q", s.To, s.Kind, s.Of, s.Text)
}
