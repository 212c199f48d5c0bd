package wire

// readError reads the <error/> of a stanza of type error; one without it, or
// without a condition, is an undefined-condition (RFC 6120 §8.3.3.21).
func readError(e *Element) *StanzaError {
	read := &StanzaError{Type: "cancel", Condition: "undefined-condition"}
	child := e.Child(NSClient, "error")
	if child == nil {
		return read
	}
	switch kind := child.Attr("type"); kind {
	case "auth", "continue", "modify", "wait":
		read.Type = kind
	}
	for _, c := range child.Elements() {
		switch {
		case c.Name == (Name{NSStanzaErr, "text"}):
			read.Text = c.Text()
		case c.Name.Space == NSStanzaErr:
			read.Condition = c.Name.Local
		case c.Name.Space != NSClient && read.AppName == "":
			read.AppSpace, read.AppName = c.Name.Space, c.Name.Local
		}
	}
	return read
}

func appendError(dst []byte, e *StanzaError, ns string) []byte {
	if e == nil {
		return dst
	}
	kind, condition := e.Type, e.Condition
	if kind == "" {
		kind = "cancel"
	}
	if condition == "" {
		condition = "undefined-condition"
	}
	var text, app *Element
	if e.Text != "" {
		text = New(NSStanzaErr, "text", nil, e.Text)
	}
	if e.AppName != "" {
		app = New(e.AppSpace, e.AppName, nil)
	}
	return AppendElement(dst, New(NSClient, "error", Attrs("type", kind),
		New(NSStanzaErr, condition, nil), text, app), ns)
}
