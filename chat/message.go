package chat

// Typing is a chat state (XEP-0085).
type Typing uint8

// The chat states; NoTyping means the message carries none.
const (
	NoTyping Typing = iota
	TypingActive
	TypingComposing
	TypingPaused
	TypingInactive
	TypingGone
)

// Message is what one side says to the other, as typed values. It never holds
// markup: everything outside these fields was left at the border.
type Message struct {
	ID          string // the sender's id on the way in, ours on the way out
	Text        string // <body/>
	Lang        string // xml:lang of the body
	Replace     string // XEP-0308: id of the message this one corrects
	Typing      Typing // XEP-0085
	WantReceipt bool   // XEP-0184 <request/>
	Receipt     string // XEP-0184 <received id='…'/>
	Markable    bool   // XEP-0333 <markable/>
	Displayed   string // XEP-0333 <displayed id='…'/>
	Nick        string // XEP-0172, in messages towards agents
}
