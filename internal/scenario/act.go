package scenario

// Act is something that somebody does. People are named as in the play; a
// visitor has one or more pages, the first of which has the visitor's name.
type Act interface{ act() }

// What agents do.
type (
	// Hires makes an account an agent of a queue; of one who is an agent already it
	// changes the queues and seats. It shows nobody online.
	Hires struct {
		Agent  string
		Queues []string
		Seats  int
	}
	// Appears is an agent's presence: "online", "away", "busy", "offline".
	Appears struct{ Agent, Show string }
	// Answers is what an agent writes to a visitor.
	Answers struct{ Agent, Visitor, Text string }
	// AgentTypes is an agent's chat state; Stops: she pauses.
	AgentTypes struct {
		Agent, Visitor string
		Stops          bool
	}
	// AgentGoes is the chat state of an agent's client whose window was closed.
	AgentGoes struct{ Agent, Visitor string }
	// Confirms is the receipt of an agent's client for a visitor's words.
	Confirms struct{ Agent, Visitor, Text string }
	// Blocks has an agent's server return a visitor's words.
	Blocks struct{ Agent, Visitor, Text string }
	// Probes is an agent's question how a visitor is.
	Probes struct{ Agent, Visitor string }
)

// What visitors do.
type (
	// Opens opens a page of a visitor; one who was here before comes back as the
	// same.
	Opens struct{ Visitor, Page string }
	// Leaves closes a page, which tells the server.
	Leaves struct{ Page string }
	// Loses is the end of a page's connections without a word.
	Loses struct{ Page string }
	// Finds is their return.
	Finds struct{ Page string }
	// Says is what a visitor writes to a queue, or to an agent of the queue support.
	Says struct{ Page, Queue, Agent, Text string }
	// VisitorTypes is a visitor's chat state; Stops: she pauses.
	VisitorTypes struct {
		Page, Queue string
		Stops       bool
	}
	// Ends ends the visitor's chat: by leaving the line, wherever the chat stands,
	// or by the chat state of one who is gone.
	Ends struct {
		Page string
		Gone bool
	}
	// AsksPlace asks for the place in the line of a queue.
	AsksPlace struct{ Page, Queue string }
)

// What happens to the house.
type (
	// AddsQueue makes a queue.
	AddsQueue struct{ Queue string }
	// AdminCloses closes a visitor's chat.
	AdminCloses struct{ Visitor string }
	// AdminLooks shows [Admin] how many seats of each agent are taken, and where
	// each open chat is.
	AdminLooks struct{}
	// Link cuts the link to the XMPP server, or mends it.
	Link struct{ Up bool }
	// Restarts ends the process and starts the next one with the same store. Every
	// page has to be opened again.
	Restarts struct{}
	// Store is what becomes of commits from here on.
	Store struct{ Does StoreDoes }
)

// StoreDoes is what a store does.
type StoreDoes int

// What a store does: it writes, it holds what it is given, it fails what it
// holds (and one commit when it holds none) and writes again.
const (
	Writes StoreDoes = iota
	Holds
	Fails
)

func (Hires) act()        {}
func (Appears) act()      {}
func (Answers) act()      {}
func (AgentTypes) act()   {}
func (AgentGoes) act()    {}
func (Confirms) act()     {}
func (Blocks) act()       {}
func (Probes) act()       {}
func (Opens) act()        {}
func (Leaves) act()       {}
func (Loses) act()        {}
func (Finds) act()        {}
func (Says) act()         {}
func (VisitorTypes) act() {}
func (Ends) act()         {}
func (AsksPlace) act()    {}
func (AddsQueue) act()    {}
func (AdminCloses) act()  {}
func (AdminLooks) act()   {}
func (Link) act()         {}
func (Restarts) act()     {}
func (Store) act()        {}
