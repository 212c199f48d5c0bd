package xmpptest

import "fmt"

// Privileges is the announcement of a user host to a component that it grants
// roster and presence (XEP-0356 §4). Version is "1" or "2".
func Privileges(host, domain, version string) string {
	return fmt.Sprintf("<message from='%s' to='%s' id='p1'><privilege xmlns='urn:xmpp:privilege:%s'>"+
		"<perm access='roster' type='both'/><perm access='message' type='outgoing'/>"+
		"<perm access='presence' type='managed_entity'/></privilege></message>", host, domain, version)
}
