package desk

import "time"

// Options are the rules of a desk. Durations of 0 switch AnswerWithin and Idle
// off; MaxWaiting, OpenChats and ChatsPerNetwork of 0 mean no limit.
type Options struct {
	Domain       string
	DefaultQueue string // "" means the first by name
	Grace        time.Duration
	GraceBusy    time.Duration
	OfflineAfter time.Duration
	AgentGrace   time.Duration
	AgentReturn  time.Duration // least grace for agents after the link was down
	AnswerWithin time.Duration
	Idle         time.Duration
	WantedFor    time.Duration // how long a chat waits for the agent asked for
	ResumeTTL    time.Duration
	MaxWaiting   int
	OpenChats    int
	CloseOnGone  bool
	// ChatsPerNetwork bounds the open chats of visitors from one network.
	ChatsPerNetwork int
	// Seed begins the names of chats and messages; another in every process.
	Seed uint64
}
