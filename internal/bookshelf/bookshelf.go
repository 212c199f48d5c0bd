// Package bookshelf is a store in memory for tests of an engine: a
// [ledger.Book] that several goroutines may use.
package bookshelf

import (
	"context"
	"sync"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// Shelf is a book as a store. Its methods may be called by any goroutine.
type Shelf struct {
	mu   sync.Mutex
	book *ledger.Book
}

// New returns a shelf with this book on it; nobody else may touch it any more.
func New(book *ledger.Book) *Shelf { return &Shelf{book: book} }

// Commit implements [frontdesk/engine.Store].
func (s *Shelf) Commit(changes []ledger.Change, done func(ledger.Committed)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	granted, err := s.book.Commit(changes)
	done(ledger.Committed{Granted: granted, Err: err})
}

// Reset implements [frontdesk/engine.Store].
func (s *Shelf) Reset(context.Context) error { return nil }

// read reads the book.
func read[T any](s *Shelf, f func(*ledger.Book) T) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(s.book), nil
}

// Agents implements [frontdesk/engine.Store].
func (s *Shelf) Agents(context.Context) ([]roster.Agent, error) {
	return read(s, (*ledger.Book).Agents)
}

// Queues implements [frontdesk/engine.Store].
func (s *Shelf) Queues(context.Context) ([]queue.Queue, error) {
	return read(s, (*ledger.Book).Queues)
}

// OpenChats implements [frontdesk/engine.Store].
func (s *Shelf) OpenChats(context.Context) ([]chat.Chat, error) {
	return read(s, (*ledger.Book).OpenChats)
}

// Contacts implements [frontdesk/engine.Store].
func (s *Shelf) Contacts(context.Context) ([]roster.Contact, error) {
	return read(s, (*ledger.Book).Contacts)
}

// Undelivered implements [frontdesk/engine.Store].
func (s *Shelf) Undelivered(context.Context) ([]ledger.Entry, error) {
	return read(s, (*ledger.Book).Undelivered)
}

// Said implements [frontdesk/engine.Store].
func (s *Shelf) Said(context.Context) ([]ledger.Entry, error) { return read(s, (*ledger.Book).Said) }

// Visitors implements [frontdesk/engine.Store].
func (s *Shelf) Visitors(_ context.Context, of []roster.VisitorJID) ([]roster.Visitor, error) {
	return read(s, func(b *ledger.Book) []roster.Visitor { return b.Visitors(of) })
}

// Marks implements [frontdesk/engine.Store].
func (s *Shelf) Marks(context.Context) (seq, outbox, place int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seq, outbox, place = s.book.Marks()
	return seq, outbox, place, nil
}

// Chats implements [frontdesk/engine.Store].
func (s *Shelf) Chats(_ context.Context, all bool) ([]chat.Chat, error) {
	return read(s, func(b *ledger.Book) []chat.Chat { return b.Chats(all) })
}

// Chat implements [frontdesk/engine.Store].
func (s *Shelf) Chat(_ context.Context, id chat.ID) (c chat.Chat, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok = s.book.Chat(id)
	return c, ok, nil
}

// Transcript implements [frontdesk/engine.Store].
func (s *Shelf) Transcript(_ context.Context, id chat.ID) ([]ledger.Entry, error) {
	return read(s, func(b *ledger.Book) []ledger.Entry { return b.Transcript(id) })
}

// LastChat implements [frontdesk/engine.Store].
func (s *Shelf) LastChat(_ context.Context, v roster.VisitorJID) (c chat.Chat, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok = s.book.LastChat(v)
	return c, ok, nil
}

// SeatsTaken implements [frontdesk/engine.Store].
func (s *Shelf) SeatsTaken(_ context.Context, a roster.AgentJID) (int, error) {
	return read(s, func(b *ledger.Book) int { return b.Seats(a) })
}
