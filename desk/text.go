package desk

import (
	"fmt"
	"strings"
	"time"

	"frontdesk/chat"
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
	textRemind      = "The visitor is still waiting for your first answer."
	textUnserved    = "Everybody who could answer has left. Your place is kept for a while; you can also leave a message here."
	textServed      = "Somebody is here again."
	textNobodyCame  = "Nobody came back in time. Please leave a message, or try again later."
	textRequeued    = "Your agent had to leave. Somebody else will be with you in a moment."
	textIdle        = "Are you still there? This chat will be closed soon."
	textStranger    = "This address is for the agents of this desk."
	textVisitorLeft = "The visitor has left."
	textUnread      = "The visitor has not got your last messages yet; this one was not sent. Please try again when the visitor is back."
	textUnsent      = "A message of yours could not be delivered. Please write it again, shorter or in other words."
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

func textOtherAgent(asked, has string) string {
	return "You are talking with " + has + " now, not with " + asked + ": your message went to " + has + "."
}

func textPosition(n int) string {
	if n == 1 {
		return "You are next in line."
	}
	return fmt.Sprintf("You are number %d in line.", n)
}

// textLeft is the status of a visitor who is gone.
func textLeft(now, until time.Time) string {
	left := max(0, until.Sub(now).Round(time.Second)/time.Second)
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
	case chat.VisitorLeft, chat.InviteExpired, chat.NobodyCame, chat.NoReason:
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
	case chat.NobodyCame:
		return textNobodyCame
	case chat.AgentEnded, chat.AdminEnded, chat.VisitorLeft, chat.InviteExpired, chat.NoReason:
	}
	return "The chat was closed. Thank you for your visit."
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
