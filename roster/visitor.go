package roster

// Page is where a visitor is (XEP-0195).
type Page struct {
	Title string
	URI   string
}

// Visitor is what is known of a visitor beyond the address.
type Visitor struct {
	JID   VisitorJID
	Name  string // as the visitor gave it (XEP-0172); "" when unknown
	Email string
	Page  Page
}

// Network is what counts as one address of visitors: the canonical text of an
// address or of a prefix, for example "192.0.2.1/32"; "" when it is not known.
type Network string

// Contact is one entry in an agent's contact list that stands for a visitor.
type Contact struct {
	Agent   AgentJID
	Visitor VisitorJID
}
