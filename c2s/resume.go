package c2s

// receiveSM takes an element of stream management (XEP-0198), which is for
// transports that do not know what has arrived.
func (s *stream) receiveSM(e *Element, settled func()) error {
	if s.Info().Acknowledges {
		return &StreamError{"unsupported-stanza-type", ""}
	}
	err := s.manage(e)
	settled()
	return err
}

func (s *stream) manage(e *Element) error {
	if e.Name.Local == "enable" || e.Name.Local == "resume" {
		s.begin(e)
		return nil
	}
	if s.tab == nil {
		return &StreamError{"not-authorized", ""}
	}
	sm := s.tab.management()
	switch e.Name.Local {
	case "r":
		if sm != nil {
			sm.asked()
		}
		return nil
	case "a":
		if sm == nil || !sm.acknowledged(e.Attr("h")) {
			return &StreamError{"undefined-condition", "acknowledged more than was sent"}
		}
		return nil
	}
	return &StreamError{"unsupported-stanza-type", ""}
}

// begin takes the two elements that begin stream management: <resume/> in the
// place of bind, <enable/> after it, once.
func (s *stream) begin(e *Element) {
	switch {
	case s.tab == nil && s.phase == binding && e.Name.Local == "resume":
		s.resume(e)
	case s.tab == nil:
		s.send(smFailed("unexpected-request"))
	case e.Name.Local == "resume" || !s.tab.enable(e.Attr("resume")):
		s.tab.mu.Lock()
		s.tab.writeElement(smFailed("unexpected-request"))
		s.tab.mu.Unlock()
	}
}

// resume puts a new connection in the place of a lost one (XEP-0198 §5), for
// the same visitor only.
func (s *stream) resume(e *Element) {
	t := s.visitors.resumable(e.Attr("previd"))
	if t == nil || t.visitor.jid != s.identity || !t.adopt(s.connection, e.Attr("h")) {
		s.send(smFailed("item-not-found"))
		return
	}
	s.becomes(t)
	t.conclude()
}
