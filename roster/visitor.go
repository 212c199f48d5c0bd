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

// Contact is one entry in an agent's contact list that stands for a visitor.
type Contact struct {
	Agent   AgentJID
	Visitor VisitorJID
}

// Network is what counts as one address where visitors are counted: an IPv4
// address, or an IPv6 /64, which is one household. It is the canonical prefix,
// for example "192.0.2.1/32" or "2001:db8:1:2::/64"; "" is unknown.
type Network string
