package wire

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/queue"
)

func parsed(t *testing.T, xml string) *Element {
	t.Helper()
	e, err := Parse([]byte(xml))
	if err != nil {
		t.Fatalf("%s: %v", xml, err)
	}
	return e
}

func TestReadForm(t *testing.T) {
	e := parsed(t, `<query xmlns="urn:xmpp:mam:2"><x xmlns="jabber:x:data" type="submit"><title>no field</title>`+
		`<field var="FORM_TYPE" type="hidden"><value>urn:xmpp:mam:2</value></field>`+
		`<field var="none"/><field var="two"><value>a</value><desc>x</desc><value/></field></x></query>`)
	got, err := ReadForm(e)
	want := Form{Type: "submit", Fields: []Field{
		{Type: "hidden", Var: "FORM_TYPE", Values: []string{"urn:xmpp:mam:2"}},
		{Var: "none"},
		{Var: "two", Values: []string{"a", ""}},
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if got.Fields[0].Value() != "urn:xmpp:mam:2" || got.Fields[1].Value() != "" {
		t.Errorf("first values: %+v", got)
	}
	if got, err := ReadForm(parsed(t, `<query xmlns="urn:xmpp:mam:2"/>`)); err != nil || got.Type != "" || got.Fields != nil {
		t.Errorf("no form: %+v %v", got, err)
	}
	again, err := Parse(AppendElement(nil, want.Element(), ""))
	if err != nil {
		t.Fatal(err)
	}
	got, err = ReadForm(New("urn:x", "around", nil, again))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("written and read again: %v\n%s", err, diff)
	}
}

func TestFormsAreBounded(t *testing.T) {
	around := func(inside string) *Element {
		return parsed(t, `<q xmlns="urn:x"><x xmlns="jabber:x:data" type="submit">`+inside+`</x></q>`)
	}
	for name, inside := range map[string]string{
		"fields": strings.Repeat(`<field var="a"/>`, maxFields+1),
		"values": `<field var="a">` + strings.Repeat(`<value>a</value>`, maxValues+1) + `</field>`,
	} {
		var refused *Error
		if _, err := ReadForm(around(inside)); !errors.As(err, &refused) || refused.Kind != TooBig {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := ReadJoin(around(inside)); !errors.As(err, &refused) {
			t.Errorf("%s of <join-queue/>: %v", name, err)
		}
	}
}

func TestReadJoin(t *testing.T) {
	for name, test := range map[string]struct {
		inside string
		want   queue.Form
	}{
		"nothing": {"", queue.Form{}},
		"a form": {
			`<x xmlns="jabber:x:data" type="submit"><field var="name"><value>Anna</value></field>` +
				`<field var="question"/><field var="question"><value>Why?</value><value>How?</value></field></x>`,
			queue.Form{Name: "Anna", Question: "Why?"},
		},
		"plain children": {`<email>a@example.net</email><question>Why?</question>`, queue.Form{Email: "a@example.net", Question: "Why?"}},
		"both": {
			`<name>Plain</name><email>a@example.net</email><x xmlns="jabber:x:data" type="submit"><field var="name"><value/></field></x>`,
			queue.Form{Email: "a@example.net"}, // an empty answer is one
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadJoin(parsed(t, `<join-queue xmlns="http://jabber.org/protocol/workgroup">`+test.inside+`</join-queue>`))
			if err != nil || got != test.want {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}
