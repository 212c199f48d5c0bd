package queue

// Form is what a visitor is asked before a chat. Every answer may be missing.
type Form struct {
	Name     string
	Email    string
	Question string
}
