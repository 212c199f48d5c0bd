package scenario

import (
	"strings"
	"time"

	"frontdesk/config"
	"frontdesk/roster"
)

// Stage is where a play is played.
type Stage interface {
	// Do has something done, and returns when everything that follows from it at
	// this instant has happened. Its error ends the play.
	Do(act Act) error
	// See returns what came to people since the last call, to each in the order in
	// which it came.
	See() []Sight
	// Pass lets time go by.
	Pass(d time.Duration)
}

// Names that both stages give to what a play names.
const (
	Domain = "chat.localhost" // the desk's
	Host   = "localhost"      // where the agents' accounts are
	// SupportQueue is the queue that is there from the beginning.
	SupportQueue = "support"
)

// AgentJID is the address of an agent's account.
func AgentJID(agent string) roster.AgentJID { return roster.AgentJID(agent + "@" + Host) }

// DisplayName is what visitors see of an agent.
func DisplayName(agent string) string { return strings.ToUpper(agent[:1]) + agent[1:] }

// AgentCalled is the agent behind a display name.
func AgentCalled(display string) string { return strings.ToLower(display) }

// ShowNamed is a presence in the desk's words, and its reverse is NameOfShow.
func ShowNamed(name string) roster.Show {
	switch name {
	case "online":
		return roster.Available
	case "away":
		return roster.Away
	case "busy":
		return roster.DND
	}
	return roster.Unavailable
}

// NameOfShow is a presence in a play's words.
func NameOfShow(show roster.Show) string {
	switch show {
	case roster.Available, roster.Chat:
		return "online"
	case roster.Away, roster.XA:
		return "away"
	case roster.DND:
		return "busy"
	case roster.Unavailable:
	}
	return "offline"
}

// Rules are what a play changes of the configuration; it is the default one
// otherwise.
type Rules struct {
	Chat   config.Chat
	Limits config.Limits
}
