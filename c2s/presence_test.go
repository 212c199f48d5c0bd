package c2s

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/desk"
	"frontdesk/roster"
)

// seen are the presences among what was sent, as "from show status".
func (p *browser) seen() []string {
	p.t.Helper()
	var out []string
	for _, e := range p.elements() {
		if e.Name.Local != "presence" || e.Attr("to") != p.jid {
			p.t.Errorf("got %s", dump([]*Element{e}))
			continue
		}
		word := func(local string) string {
			if c := e.Child("jabber:client", local); c != nil {
				return c.Text()
			}
			return ""
		}
		from := strings.TrimPrefix(e.Attr("from"), p.bare()+"/")
		if from != e.Attr("from") {
			from = "me"
		}
		out = append(out, strings.Join(strings.Fields(fmt.Sprint(from, " ", e.Attr("type"), " ", word("show"), " ", word("status"))), " "))
	}
	return out
}

func TestQueuesArePresent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		p, quiet := b.visitor(), b.visitor()
		p.send(`<presence xmlns='jabber:client'/>`)
		equal(t, "at first", p.seen(), []string{
			"me",
			"support@chat.example.com",
			"support@chat.example.com/Alice",
			"support@chat.example.com/Bob B. away",
			"sales@chat.example.com unavailable closed",
		})
		p.send(`<presence xmlns='jabber:client'><show>xa</show></presence>`)
		equal(t, "again", p.seen(), []string{"me xa"})

		b.hub.Directory([]desk.QueueView{
			{Name: "support", Title: "Support", Show: roster.Away, Status: "all busy", Agents: []desk.AgentView{
				{Name: "Bob B.", Show: roster.DND},
			}},
			{Name: "sales", Show: roster.Available},
		})
		b.hub.Directory([]desk.QueueView{
			{Name: "support", Title: "Support", Show: roster.Away, Status: "all busy", Agents: []desk.AgentView{
				{Name: "Bob B.", Show: roster.DND},
			}},
			{Name: "sales", Show: roster.Unavailable, Status: "closed"},
		})
		synctest.Wait()
		equal(t, "at once", p.seen(), nil)
		time.Sleep(coalesce)
		synctest.Wait()
		equal(t, "a little later", p.seen(), []string{
			"support@chat.example.com away all busy",
			"support@chat.example.com/Bob B. dnd",
			"support@chat.example.com/Alice unavailable",
		})
		p.send(`<presence xmlns='jabber:client' type='unavailable'/>`)
		b.hub.Directory(nil)
		time.Sleep(time.Second)
		synctest.Wait()
		equal(t, "while unavailable", p.seen(), nil)
		p.send(`<presence xmlns='jabber:client'/>`)
		equal(t, "back", p.seen(), []string{"me"})
		equal(t, "never available", quiet.seen(), nil)
	})
}

func TestAnotherPageSeesTheQueuesAgain(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	p.send(`<presence xmlns='jabber:client'/>`)
	first := p.seen()
	p.stream.LinkLost()
	p.stream.LinkBack()
	p.send(`<presence xmlns='jabber:client'/>`)
	equal(t, "the next page", p.seen(), first)
}

func TestDirectoryIsCoalesced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		p := b.visitor()
		p.send(`<presence xmlns='jabber:client'/>`)
		p.take()
		for i := range 100 {
			b.hub.Directory([]desk.QueueView{{Name: "support", Show: roster.Away, Status: fmt.Sprint(i)}})
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(coalesce)
		synctest.Wait()
		got := p.seen()
		if len(got) > 10 || got[len(got)-1] != "support@chat.example.com away 99" {
			t.Errorf("100 changes in a second were told as %v", got)
		}
	})
}

func TestDirectedPresence(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	for in, want := range map[string][]string{
		`type='subscribe' to='support@` + domain + `'`:   {"support@chat.example.com subscribed", "support@chat.example.com"},
		`type='unsubscribe' to='support@` + domain + `'`: {"support@chat.example.com unsubscribed"},
		`type='probe' to='sales@` + domain + `'`:         {"sales@chat.example.com unavailable closed"},
		`type='subscribed' to='support@` + domain + `'`:  nil,
		`type='unavailable' to='support@` + domain + `'`: nil,
		`to='support@` + domain + `'`:                    nil,
		`to='support@` + domain + `/Alice'`:              nil,
		`type='probe' to='` + p.bare() + `'`:             nil,
		`type='subscribe' to='` + domain + `'`:           nil,
		`type='subscribe'`:                               nil,
		`type='error' to='support@` + domain + `'`:       nil,
	} {
		p.send(`<presence xmlns='jabber:client' ` + in + `/>`)
		equal(t, in, p.seen(), want)
	}
	if got := b.desk.take(); len(got) > 0 {
		t.Errorf("posted %v", got)
	}
}

func TestAgentNamesAsResources(t *testing.T) {
	b := newBench(t)
	names := []string{"Alice", "J\u00f6rg M\u00fcller", "A/B", "x\u0001y", "", "\ufdd0", strings.Repeat("n", 2000)}
	var agents []desk.AgentView
	for _, n := range names {
		agents = append(agents, desk.AgentView{Name: n, Show: roster.Available})
	}
	d := newDirectory(domain, []desk.QueueView{{Name: "support", Agents: agents}})
	b.hub.dir.Store(d)
	p := b.visitor()
	seen := map[string]bool{}
	for _, n := range names {
		resource := agentResource(n)
		if resource == "" || len(resource) > 1023 || seen[resource] {
			t.Errorf("%q becomes %q", n, resource)
		}
		seen[resource] = true
		to := "support@" + domain + "/" + resource
		if got := b.hub.resolve(p.visitorJID(), to); got.agent != n {
			t.Errorf("%q leads to %q, not to %q", to, got.agent, n)
		}
	}
}
