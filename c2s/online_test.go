package c2s

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestB84_PresenceOfATab walks through what a tab can do and what the desk
// hears of it, each thing once.
func TestB84_PresenceOfATab(t *testing.T) {
	const (
		available   = `<presence xmlns='jabber:client'/>`
		away        = `<presence xmlns='jabber:client'><show>away</show></presence>`
		gone        = `<presence xmlns='jabber:client' type='unavailable'/>`
		goneToQueue = `<presence xmlns='jabber:client' to='support@chat.example.com' type='unavailable'/>`
		ping        = `<iq xmlns='jabber:client' id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>`
		inactive    = `<inactive xmlns='urn:xmpp:csi:0'/>`
		active      = `<active xmlns='urn:xmpp:csi:0'/>`
	)
	for name, test := range map[string]struct{ steps, want []string }{
		"silent tab":               {[]string{"1h"}, nil},
		"end":                      {[]string{"end", "end"}, []string{"ended"}},
		"own unavailable":          {[]string{available, gone}, []string{"offline"}},
		"unavailable twice":        {[]string{gone, gone}, []string{"offline"}},
		"unavailable, then end":    {[]string{gone, "end"}, []string{"offline", "ended"}},
		"an empty poll no return":  {[]string{gone, "back", "back"}, []string{"offline"}},
		"return by presence":       {[]string{gone, available}, []string{"offline", "online"}},
		"return by stanza":         {[]string{gone, ping}, []string{"offline", "online"}},
		"return after a lost link": {[]string{gone, "lost", "back"}, []string{"offline", "online"}},
		"lost while unavailable":   {[]string{gone, "lost", "3s", "back"}, []string{"offline", "online"}},
		"to a queue only":          {[]string{goneToQueue, "1s"}, nil},
		"short loss":               {[]string{"lost", "1s", "back", "10s"}, nil},
		"long loss":                {[]string{"lost", "3s"}, []string{"offline"}},
		"long loss and return":     {[]string{"lost", "3s", "back", "back"}, []string{"offline", "online"}},
		"lost twice":               {[]string{"lost", "1s", "lost", "1100ms"}, []string{"offline"}},
		"lost, back, lost":         {[]string{"lost", "1s", "back", "lost", "1s", "back"}, nil},
		"lost, then inactivity":    {[]string{"lost", "30s", "end"}, []string{"offline", "ended"}},
		"lost, then over":          {[]string{"lost", "end", "1s"}, nil},
		"lost, over, and out":      {[]string{"lost", "end", "3s"}, []string{"ended"}},
		"a leaving page":           {[]string{"lost", gone, "1s", "back"}, nil},
		"a leaving page is gone":   {[]string{"lost", gone, "3s"}, []string{"offline"}},
		"no stanza contradicts":    {[]string{"lost", ping, "3s"}, []string{"offline"}},
		"away":                     {[]string{available, away, away, available}, []string{"away", "online"}},
		"inactive":                 {[]string{inactive, inactive, active}, []string{"away", "online"}},
		"away and inactive":        {[]string{away, inactive, active, available}, []string{"away", "online"}},
		"away, lost and back":      {[]string{away, "lost", "3s", "back"}, []string{"away", "offline", "away"}},
		"inactive while gone":      {[]string{gone, inactive, active}, []string{"offline"}},
		"back from nothing":        {[]string{"back"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				p := b.visitor()
				for _, step := range test.steps {
					switch step {
					case "lost":
						p.stream.LinkLost()
					case "back":
						p.stream.LinkBack()
					case "end":
						p.stream.End()
					default:
						if d, err := time.ParseDuration(step); err == nil {
							time.Sleep(d)
							synctest.Wait()
						} else {
							p.send(step)
						}
					}
				}
				equal(t, "posted", b.desk.take(), test.want)
			})
		})
	}
}

func TestOfflineAfterIsExact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		p := b.visitor()
		p.stream.LinkLost()
		time.Sleep(2*time.Second - time.Nanosecond)
		synctest.Wait()
		equal(t, "just before", b.desk.take(), nil)
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		equal(t, "then", b.desk.take(), []string{"offline"})
	})
}
