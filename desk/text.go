package desk

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"math"
	mrand "math/rand/v2"
	"strconv"
	"strings"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// What people read.
const (
	contactGroup    = "Live chat"
	textStoreFailed = "Your message could not be stored. Please send it again."
	textNobody      = "Nobody is here to answer right now."
	textLineFull    = "Too many people are waiting right now. Please try again in a few minutes."
	textCrowded     = "There are too many open chats from your network right now. Please try again later."
	textChatFull    = "This chat has become too long. Please end it and begin a new one."
	textNoQueue     = "There is no such queue."
	textNotWaiting  = "You are not waiting in this queue."
	textRequeued    = "Your agent had to leave. Somebody else will be with you in a moment."
	textIdle        = "Are you still there? This chat will be closed soon."
	textStranger    = "This address is for the agents of this desk."
	textVisitorLeft = "The visitor has left."
	textNotYours    = "This visitor is talking with somebody else."
	textOver        = "chat is over"
	textQueueBusy   = "All agents are busy. You can wait in line."
	textQueueClosed = "Nobody is here to answer right now."
)

func textOtherQueue(queue string) string {
	return fmt.Sprintf("You already have a chat with %q. Please end it first.", queue)
}

func textAssigned(name string) string {
	return "You are now talking with " + name + "."
}

func textPosition(n int) string {
	if n == 1 {
		return "You are next in line."
	}
	return fmt.Sprintf("You are number %d in line.", n)
}

// textLeft is the status of a visitor who is gone.
func textLeft(now, until time.Time) string {
	left := max(0, int(math.Round(until.Sub(now).Seconds())))
	return fmt.Sprintf("left %s, closes in %d s", now.Format("15:04"), left)
}

// textClosed is the agent's last line of a chat.
func textClosed(r chat.Reason) string {
	switch r {
	case chat.VisitorEnded:
		return "The visitor ended the chat."
	case chat.AgentEnded:
		return "You closed the chat."
	case chat.AdminEnded:
		return "The chat was closed by an administrator."
	case chat.IdleTooLong:
		return "The chat was closed because the visitor was silent for too long."
	case chat.VisitorLeft, chat.InviteExpired, chat.NoReason:
	}
	return "The visitor left. The chat is closed."
}

// textEnded is the visitor's last line of a chat.
func textEnded(r chat.Reason) string {
	switch r {
	case chat.VisitorEnded:
		return "You ended the chat."
	case chat.IdleTooLong:
		return "The chat was closed because nothing was said for a while."
	case chat.AgentEnded, chat.AdminEnded, chat.VisitorLeft, chat.InviteExpired, chat.NoReason:
	}
	return "The chat was closed. Thank you for your visit."
}

func refuse(condition, kind, text string) *Refusal {
	return &Refusal{Condition: condition, Type: kind, Text: text}
}

// displayName is a visitor's name towards agents: never to be mistaken for
// somebody of the house.
func displayName(v roster.Visitor) string {
	if v.Name == "" {
		local, random, ok := strings.Cut(v.JID.Local(), "-")
		if !ok || len(random) < 4 {
			return local
		}
		return "Visitor " + random[:4]
	}
	return v.Name + " (visitor)"
}

// messageID is the id a message carries outward: unique by its number, and not
// telling how many there are by itself.
func messageID(seq int64) string {
	id := append(make([]byte, 0, 32), 'm')
	id = strconv.AppendUint(id, uint64(seq), 36)
	id = append(id, '-')
	return string(strconv.AppendUint(id, mrand.Uint64(), 36)) //nolint:gosec // unique by its number; nothing rests on it being a secret
}

// chatID is the name of a new chat.
func chatID() chat.ID {
	var random [10]byte
	_, _ = rand.Read(random[:]) // never fails
	return chat.ID(strings.ToLower(base32.StdEncoding.EncodeToString(random[:])))
}

// notice tells a visitor something in the desk's own words.
func (d *Desk) notice(c *openChat, text string, status *QueueStatus) {
	d.after(delivered{visitor: c.Visitor, delivery: Delivery{
		Queue: c.Queue, Message: chat.Message{Text: text}, Status: status, Notice: true,
	}})
}

// queueOf is the queue an entry was written in.
func (d *Desk) queueOf(e ledger.Entry) string {
	if c := d.state.chats[e.Chat]; c != nil {
		return c.Queue
	}
	return d.defaultQueue()
}
