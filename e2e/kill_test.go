//go:build integration

package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"frontdesk/internal/peers"
)

// TestIntegrationTwentyKills kills frontdesk under load with SIGKILL, again and
// again: every message whose request was answered is in the transcript.
func TestIntegrationTwentyKills(t *testing.T) {
	const kills, visitors, messages = 20, 6, 8
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		alice := s.hire("alice", 1000)
		said := 0
		for n := range kills {
			talkers := s.interrupted(n, visitors, messages)
			s.desk.Start()
			s.seen(alice, "available")
			for _, v := range talkers {
				sure := v.sure()
				said += len(sure)
				if len(sure) == 0 {
					continue
				}
				row := s.chatOf(v.Visitor)
				kept := s.words(row.ID, "visitor")
				if !slices.Equal(kept[:min(len(kept), len(sure))], sure) {
					t.Fatalf("kill %d: answered were %q, kept is %q of chat %+v", n, sure, kept, row)
				}
			}
		}
		t.Logf("%d messages were answered before a kill", said)
		if said == 0 {
			t.Error("no message was ever answered")
		}
	})
}

// talker is a visitor of one round.
type talker struct {
	*peers.Visitor

	said []string
}

// interrupted lets visitors talk all at once and kills frontdesk when some of what
// they say has been answered; it returns when all have noticed.
func (s *stage) interrupted(round, visitors, messages int) []*talker {
	s.Helper()
	var talkers []*talker
	for i := range visitors {
		v := &talker{Visitor: s.desk.Visit(s)}
		for n := range messages {
			v.said = append(v.said, fmt.Sprintf("round %d visitor %d message %d", round, i, n))
		}
		talkers = append(talkers, v)
	}
	var talking sync.WaitGroup
	ctx, killed := context.WithCancel(s.Context())
	defer killed()
	for _, v := range talkers {
		talking.Go(func() { v.talk(ctx) })
	}
	enough := 1 + rand.IntN(visitors*(messages-1)) // the last request of each stays held
	peers.Until(s, soon, "some are answered", func() error {
		answered := 0
		for _, v := range talkers {
			answered += len(v.sure())
		}
		if answered < enough {
			return fmt.Errorf("%d of %d", answered, enough)
		}
		return nil
	})
	s.desk.Kill()
	killed()
	talking.Wait()
	for _, v := range talkers {
		v.Hang()
	}
	return talkers
}

// talk says everything; each thing when the one before has been taken.
func (v *talker) talk(ctx context.Context) {
	for i, text := range v.said {
		v.Say(support, text)
		ping := fmt.Sprint("ping-", i)
		v.Send("<iq xmlns='jabber:client' type='get' id='" + ping + "'><ping xmlns='urn:xmpp:ping'/></iq>")
		if _, err := v.Next(ctx, peers.Answering(ping)); err != nil {
			return
		}
	}
}

// sure returns the messages whose requests were answered, in order.
func (v *talker) sure() []string {
	all := strings.Join(v.Answered(), "")
	var sure []string
	for _, text := range v.said {
		if strings.Contains(all, "<body>"+text+"</body>") {
			sure = append(sure, text)
		}
	}
	return sure
}

// words returns what one side said in a chat, in order.
func (s *stage) words(chat, author string) []string {
	s.Helper()
	var words []string
	for _, row := range s.transcript(chat) {
		if row.Author == author {
			words = append(words, row.Text)
		}
	}
	return words
}
