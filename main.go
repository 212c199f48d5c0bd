// Frontdesk is live chat for web sites, answered from any XMPP client: an XMPP
// external component (XEP-0114) with the visitors' side and the admin's command
// line in one program.
package main

import (
	"os"

	"frontdesk/cmd"
)

func main() { os.Exit(cmd.Main()) }
