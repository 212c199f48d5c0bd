package component

import (
	"encoding/base64"

	"frontdesk/roster"
	"frontdesk/wire"
)

// visitorName is how a visitor is called where nobody gave a name.
func visitorName(v roster.Visitor) string {
	if v.Name == "" {
		return v.JID.Local()
	}
	return v.Name
}

// vcard is a visitor's card (XEP-0054): what she or he said, the page, and a
// drawn picture.
func (c *connection) vcard(v roster.Visitor) *wire.Element {
	var email *wire.Element
	if v.Email != "" {
		email = wire.New(wire.NSVCard, "EMAIL", nil, vcardField("USERID", v.Email))
	}
	photo := base64.StdEncoding.EncodeToString(c.pictures.of(v.JID).png)
	return wire.New(wire.NSVCard, "vCard", nil,
		vcardField("FN", visitorName(v)),
		vcardField("NICKNAME", visitorName(v)),
		vcardField("URL", v.Page.URI),
		email,
		vcardField("DESC", v.Page.Title),
		wire.New(wire.NSVCard, "PHOTO", nil,
			vcardField("TYPE", "image/png"), vcardField("BINVAL", photo)))
}

// vcardField is one field with text; nil without.
func vcardField(local, text string) *wire.Element {
	if text == "" {
		return nil
	}
	return wire.New(wire.NSVCard, local, nil, text)
}
