package c2s

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/ledger"
)

// transcript is n entries: the visitor's, Alice's and the desk's in turn.
func transcript(n int) []ledger.Entry {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var out []ledger.Entry
	for i := range n {
		e := ledger.Entry{
			Seq: int64(i), Author: ledger.Author(i % 3), ID: fmt.Sprint("o", i), Ref: fmt.Sprint("r", i),
			Text: fmt.Sprint("text ", i), At: start.Add(time.Duration(i) * time.Minute),
		}
		if e.Author == ledger.FromAgent {
			e.AgentName = "Alice"
		}
		out = append(out, e)
	}
	return out
}

func TestArchive(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	set := func(inside string) string { return `<set xmlns='http://jabber.org/protocol/rsm'>` + inside + `</set>` }
	form := func(name, value string) string {
		return `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>` +
			`<field var='` + name + `'><value>` + value + `</value></field></x>`
	}
	for name, test := range map[string]struct {
		entries int
		in      string
		ids     string
		fin     string
	}{
		"nothing":       {0, "", "", `<fin xmlns="urn:xmpp:mam:2" complete="true"><set xmlns="http://jabber.org/protocol/rsm"><count>0</count></set></fin>`},
		"all":           {3, "", "o0 o1 o2", `complete="true"><set xmlns="http://jabber.org/protocol/rsm"><first index="0">o0</first><last>o2</last><count>3</count></set>`},
		"first page":    {5, set("<max>2</max>"), "o0 o1", `<fin xmlns="urn:xmpp:mam:2"><set xmlns="http://jabber.org/protocol/rsm"><first index="0">o0</first><last>o1</last><count>5</count>`},
		"next page":     {5, set("<max>2</max><after>o1</after>"), "o2 o3", `<first index="2">o2</first>`},
		"last page":     {5, set("<max>2</max><after>o3</after>"), "o4", `complete="true"`},
		"after the end": {5, set("<max>2</max><after>o4</after>"), "", `complete="true"`},
		"the latest":    {5, set("<max>2</max><before/>"), "o3 o4", `<fin xmlns="urn:xmpp:mam:2"><set xmlns="http://jabber.org/protocol/rsm"><first index="3">o3</first>`},
		"before that":   {5, set("<max>2</max><before>o3</before>"), "o1 o2", `<first index="1">o1</first>`},
		"before all":    {5, set("<max>2</max><before>o1</before>"), "o0", `complete="true"`},
		"between":       {9, set("<after>o1</after><before>o4</before>"), "o2 o3", `complete="true"`},
		"only count":    {5, set("<max>0</max>"), "", `<count>5</count>`},
		"unknown id":    {5, set("<after>x</after>"), "", "<item-not-found"},
		"unknown id b":  {5, set("<before>x</before>"), "", "<item-not-found"},
		"bad max":       {5, set("<max>x</max>"), "", "<bad-request"},
		"negative max":  {5, set("<max>-1</max>"), "", "<bad-request"},
		"by index":      {5, set("<index>2</index>"), "", "<feature-not-implemented"},
		"with queue":    {2, form("with", "Support@chat.example.com"), "o0 o1", ""},
		"with Alice":    {2, form("with", "support@chat.example.com/Alice"), "o0 o1", ""},
		"with others":   {2, form("with", "sales@chat.example.com"), "", `<count>0</count>`},
		"from":          {5, form("start", "2026-01-01T00:03:00Z"), "o3 o4", ""},
		"to":            {5, form("end", "2026-01-01T00:01:00Z"), "o0 o1", ""},
		"bad time":      {5, form("end", "yesterday"), "", "<bad-request"},
		"other filter":  {5, form("body", "x"), "", "<feature-not-implemented"},
		"default page":  {60, set(""), "", `<last>o49</last>`},
		"largest page":  {300, set("<max>1000</max>"), "", `<last>o199</last>`},
	} {
		t.Run(name, func(t *testing.T) {
			b.store.entries = transcript(test.entries)
			p.send(iq("set", "", `<query xmlns='urn:xmpp:mam:2' queryid='f1'>`+test.in+`</query>`))
			all := p.elements()
			last := dump(all[len(all)-1:])
			var ids []string
			for _, e := range all[:len(all)-1] {
				ids = append(ids, e.Child("urn:xmpp:mam:2", "result").Attr("id"))
			}
			if got := strings.Join(ids, " "); test.ids != "" && got != test.ids || test.entries < 10 && got != test.ids {
				t.Errorf("got %s, want %s", got, test.ids)
			}
			if !strings.Contains(last, test.fin) {
				t.Errorf("got  %s\nwant %s", last, test.fin)
			}
		})
	}
}

func TestArchivedMessages(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	b.store.entries = transcript(4)
	b.store.entries[3].Replace = "o0" // the visitor corrects the first one
	p.send(iq("set", p.bare(), `<query xmlns='urn:xmpp:mam:2' queryid='f1'/>`))
	got := strings.NewReplacer(p.jid, "ME", p.bare(), "BARE").Replace(strings.Join(p.take()[:4], "\n"))
	want := `<message xmlns="jabber:client" from="BARE" to="ME"><result xmlns="urn:xmpp:mam:2" queryid="f1" id="o0"><forwarded xmlns="urn:xmpp:forward:0"><delay xmlns="urn:xmpp:delay" stamp="2026-01-01T00:00:00Z" /><message xmlns="jabber:client" from="BARE" to="support@chat.example.com" id="r0" type="chat"><body>text 0</body></message></forwarded></result></message>
<message xmlns="jabber:client" from="BARE" to="ME"><result xmlns="urn:xmpp:mam:2" queryid="f1" id="o1"><forwarded xmlns="urn:xmpp:forward:0"><delay xmlns="urn:xmpp:delay" stamp="2026-01-01T00:01:00Z" /><message xmlns="jabber:client" from="support@chat.example.com/Alice" to="BARE" id="o1" type="chat"><body>text 1</body></message></forwarded></result></message>
<message xmlns="jabber:client" from="BARE" to="ME"><result xmlns="urn:xmpp:mam:2" queryid="f1" id="o2"><forwarded xmlns="urn:xmpp:forward:0"><delay xmlns="urn:xmpp:delay" stamp="2026-01-01T00:02:00Z" /><message xmlns="jabber:client" from="support@chat.example.com" to="BARE" id="o2" type="chat"><body>text 2</body></message></forwarded></result></message>
<message xmlns="jabber:client" from="BARE" to="ME"><result xmlns="urn:xmpp:mam:2" queryid="f1" id="o3"><forwarded xmlns="urn:xmpp:forward:0"><delay xmlns="urn:xmpp:delay" stamp="2026-01-01T00:03:00Z" /><message xmlns="jabber:client" from="BARE" to="support@chat.example.com" id="r3" type="chat"><body>text 3</body><replace xmlns="urn:xmpp:message-correct:0" id="r0" /></message></forwarded></result></message>`
	equal(t, "archive", strings.Split(got, "\n"), strings.Split(want, "\n"))
}

func TestArchivePagesAreBounded(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	b.store.entries = transcript(40)
	for i := range b.store.entries {
		b.store.entries[i].Text = strings.Repeat("x", 8<<10)
	}
	p.send(iq("set", "", `<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><before/></set></query>`))
	all := p.elements()
	if n := len(all) - 1; n != 8 || all[7].Child("urn:xmpp:mam:2", "result").Attr("id") != "o39" {
		t.Errorf("a page of %d", n)
	}
	if strings.Contains(dump(all[8:]), "complete") {
		t.Error("a page that was cut is not complete")
	}
}

func TestArchiveForm(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	p.send(iq("get", "", `<query xmlns='urn:xmpp:mam:2'/>`))
	if got := dump(p.elements()); !strings.Contains(got, `<field type="jid-single" var="with" />`) {
		t.Errorf("form: %s", got)
	}
	b.store.broken = errors.New("disk gone")
	p.send(iq("set", "", `<query xmlns='urn:xmpp:mam:2'/>`))
	if got := failure(p.only()); got != "internal-server-error" {
		t.Errorf("without a store: %s", got)
	}
}
