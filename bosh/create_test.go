package bosh

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/wire"
)

// refused checks creation requests that are refused with a condition.
func refused(t *testing.T, opt Options, condition string, attrs ...string) {
	t.Helper()
	for _, a := range attrs {
		t.Run(a, func(t *testing.T) {
			inBubble(t, opt, func(b *bench) {
				b.post(creationOf(a)).expect("type=terminate condition=" + condition)
				if b.m.Stats().Sessions != 0 || b.m.Stats().Refused != 1 {
					t.Errorf("stats %+v", b.m.Stats())
				}
			})
		})
	}
}

func TestB21_T10_FirstRid(t *testing.T) {
	refused(t, Options{}, "bad-request", "rid=''", "rid='0'", "rid='-1'", "rid='+1'", "rid=' 1'", "rid='1 '", "rid='0x1'",
		"rid='1.0'", "rid='1e3'", "rid='9007199254740992'", "rid='18446744073709551617'", "rid='99999999999999999999999999'", "rid='a'", "rid='&#x661;'")
	inBubble(t, Options{}, func(b *bench) {
		b.post("<body xmlns='" + wire.NSHTTPBind + "' to='chat.example.com' ver='1.6'/>").expect("type=terminate condition=bad-request")
		for _, ok := range []string{"rid='1'", "rid='007'", "rid='9007199254740991'"} {
			b.open(ok)
		}
	})
}

func TestB22_T8_SidIsNeverTheClients(t *testing.T) {
	for _, sid := range []string{"", "x", "aP3zTmyY3XEJ-dabUVYvvmu1Rmaynb3T"} {
		inBubble(t, Options{}, func(b *bench) {
			b.post(creationOf("sid='" + sid + "'")).expect("type=terminate condition=item-not-found")
			if len(b.streams.streams) != 0 {
				t.Error("a stream was opened")
			}
		})
	}
}

func TestB23_Domain(t *testing.T) {
	opt := Options{Domains: []string{"chat.example.com", "Bücher.example"}, GoneDomains: []string{"old.example.com"}}
	refused(t, opt, "improper-addressing", "to=''")
	refused(t, opt, "host-unknown", "to='example.com'", "to='chat.example.com..'", "to='a@chat.example.com'")
	refused(t, opt, "host-gone", "to='OLD.example.com.'")
	inBubble(t, opt, func(b *bench) {
		b.post("<body xmlns='" + wire.NSHTTPBind + "' rid='1' ver='1.6'/>").expect("type=terminate condition=improper-addressing")
		for to, want := range map[string]string{
			"CHAT.Example.com": "chat.example.com", "chat.example.com.": "chat.example.com",
			"xn--bcher-kva.example": "Bücher.example", "bücher.EXAMPLE": "Bücher.example",
		} {
			p := b.open("to='" + to + "'")
			if p.stream.hello.To != want || p.hello.attrs["from"] != want {
				t.Errorf("%s: opened for %q, from %q", to, p.stream.hello.To, p.hello.attrs["from"])
			}
		}
	})
	inBubble(t, opt, func(b *bench) { // c2s may know better
		b.streams.refuse = streamError("host-unknown")
		b.post(creationOf("")).expect("type=terminate condition=host-unknown")
	})
}

// greeted checks one attribute of the creation response.
func greeted(t *testing.T, opt Options, name string, cases map[string]string) {
	t.Helper()
	for attrs, want := range cases {
		t.Run(attrs, func(t *testing.T) {
			inBubble(t, opt, func(b *bench) {
				if got := b.open(attrs).hello.attrs[name]; got != want {
					t.Errorf("%s: %s is %q, want %q", attrs, name, got, want)
				}
			})
		})
	}
}

func TestB24_Wait(t *testing.T) {
	greeted(t, Options{}, "wait", map[string]string{"wait='60'": "30", "wait='7'": "7", "wait='0'": "0", "wait=-": "30", "wait='2147483647'": "30"})
	greeted(t, Options{Wait: 5 * time.Second}, "wait", map[string]string{"wait='60'": "5", "wait=-": "5"})
	refused(t, Options{}, "bad-request", "wait='-1'", "wait=''", "wait='x'", "wait='1.5'", "wait='99999999999999999999'")
}

func TestB25_Hold(t *testing.T) {
	greeted(t, Options{}, "hold", map[string]string{"hold='1'": "1", "hold='0'": "0", "hold='2'": "1", "hold='255'": "1", "hold=-": "1"})
	refused(t, Options{}, "bad-request", "hold='-1'", "hold=''", "hold='256'", "hold='many'")
}

func TestB26_Version(t *testing.T) {
	greeted(t, Options{}, "ver", map[string]string{"ver='1.6'": "1.6", "ver='1.10'": "1.10", "ver='1.11'": "1.11", "ver='1.12'": "1.11", "ver='2.0'": "1.11", "ver=-": ""})
	refused(t, Options{}, "bad-request", "ver='1'", "ver=''", "ver='1.'", "ver='.6'", "ver='1.6.1'", "ver='a.b'", "ver='-1.6'")
}

func TestB27_FromIsAHint(t *testing.T) {
	for from, want := range map[string]string{
		"romeo@example.com/x": "romeo@example.com/x", "a b": "", "@x": "", "x@": "", "a@b@c": "", strings.Repeat("x", 4000): "", "": "",
	} {
		inBubble(t, Options{}, func(b *bench) {
			if got := b.open("from='" + from + "'").stream.hello.From; got != want {
				t.Errorf("from %.20q: %q, want %q", from, got, want)
			}
		})
	}
}

func TestB28_IgnoredAttributes(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("route='xmpp:evil.example:5222' secure='true' window='99' ua='x' stream='s' authid='1' whatever='1'")
		if p.hello.attrs["requests"] != "2" {
			t.Errorf("greeting %v", p.hello.attrs)
		}
	})
}

func TestB29_Language(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("xml:lang='de-CH'")
		if p.stream.hello.Lang != "de-CH" {
			t.Errorf("opened with %q", p.stream.hello.Lang)
		}
		p.send("xmpp:restart='true'").expect("features")
		p.send("xmpp:restart='true'", "xml:lang='fr'").expect("features")
		if got := p.stream.seen("back"); got != "restart chat.example.com de-CH, restart chat.example.com fr" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB30_AcksAndKeysAreAskedFor(t *testing.T) {
	greeted(t, Options{}, "ack", map[string]string{"ack='1'": "1000", "ack='0'": "", "": ""})
	refused(t, Options{}, "bad-request", "newkey='short'", "newkey='"+strings.Repeat("g", 40)+"'")
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("newkey='" + keyOf("secret", 3) + "'")
		p.send("key='" + keyOf("wrong", 2) + "'").expect("type=terminate condition=item-not-found")
	})
}

func TestB31_StreamVersion(t *testing.T) {
	greeted(t, Options{}, "xmpp:version", map[string]string{"": "1.0"})
	for attr, want := range map[string]string{
		"xmlns:x='urn:xmpp:xbosh' x:version='1.0'": "features",
		"xmlns:x='urn:xmpp:xbosh' x:version='1.1'": "features",
		"": "features",
		"xmlns:x='urn:xmpp:xbosh' x:version='2.0'": "type=terminate condition=remote-stream-error error",
		"xmlns:x='urn:xmpp:xbosh' x:version='0.9'": "type=terminate condition=remote-stream-error error",
		"xmlns:x='urn:other' x:version='9'":        "features",
	} {
		inBubble(t, Options{}, func(b *bench) {
			c := b.post("<body xmlns='" + wire.NSHTTPBind + "' rid='1' to='chat.example.com' ver='1.6' " + attr + "/>")
			c.expect(want)
			if strings.HasSuffix(want, "error") && !strings.Contains(c.rec.Body.String(), "<unsupported-version") {
				t.Errorf("answer %s", c.rec.Body)
			}
		})
	}
}

func TestB32_PayloadsAndLimitsOfCreation(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		c := b.post(strings.Replace(creationOf(""), "/>", ">"+msg(1)+"</body>", 1))
		c.expect("features")
		if got := b.streams.last().seen(); got != "" {
			t.Errorf("calls %q", got)
		}
		b.streams.refuse = streamError("policy-violation")
		b.post(creationOf("")).expect("type=terminate condition=policy-violation")
		if n := b.m.Stats().Sessions; n != 1 {
			t.Errorf("%d sessions", n)
		}
	})
}

func TestB33_T7_Sids(t *testing.T) {
	const n = 1_000_000
	seen := make(map[sidHash]bool, n)
	var ones [192]int
	for range n {
		sid := newSid()
		if len(sid) != 32 {
			t.Fatalf("sid of %d characters", len(sid))
		}
		seen[hashSid(sid)] = true
		for i, c := range []byte(sid) {
			v := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", c)
			for bit := range 6 {
				ones[6*i+bit] += v >> bit & 1
			}
		}
	}
	if len(seen) != n {
		t.Errorf("%d sids repeat", n-len(seen))
	}
	for i, got := range ones { // six standard deviations
		if got < n/2-3000 || got > n/2+3000 {
			t.Errorf("bit %d is set %d times", i, got)
		}
	}
}

func TestB34_Requests(t *testing.T) {
	greeted(t, Options{}, "requests", map[string]string{
		"hold='1'": "2", "hold='2'": "3", "hold='3'": "4", "hold='4'": "5", "hold='5'": "5", "hold='255'": "5",
		"hold='0'": "1", "wait='0'": "1", "hold=-": "2",
	})
	inBubble(t, Options{}, func(b *bench) { // three at once, of which one is held
		p := b.open("hold='2'")
		first, second, third := p.send(msg(1)), p.send(msg(2)), p.send(msg(3))
		first.expect("")
		second.expect("")
		third.held()
	})
}

func TestB35_VersionOfLegacyClients(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("ver=-")
		if v, ok := p.hello.attrs["ver"]; ok {
			t.Errorf("ver %q for a client without", v)
		}
		if v := b.open("").hello.attrs["ver"]; v != "1.6" {
			t.Errorf("ver %q", v)
		}
	})
}

func TestB36_TermsOfTheSession(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		a := b.open("").hello.attrs
		if got := a["polling"] + " " + a["inactivity"] + " " + a["hold"] + " " + a["from"]; got != "2 30 1 chat.example.com" {
			t.Errorf("terms %q", got)
		}
		if got := b.open("wait='0'").hello.attrs["inactivity"]; got != "60" {
			t.Errorf("inactivity of a polling session %q", got)
		}
	})
	inBubble(t, Options{Inactivity: time.Second, Polling: 20 * time.Second}, func(b *bench) {
		if got := b.post(creationOf("hold='0'")).answer().attrs["inactivity"]; got != "22" {
			t.Errorf("inactivity of a polling session %q", got)
		}
	})
}

func TestB37_MaxPause(t *testing.T) {
	greeted(t, Options{}, "maxpause", map[string]string{"": "120"})
	greeted(t, Options{MaxPause: 10 * time.Second}, "maxpause", map[string]string{"": "10"})
}

func TestB38_AcksForTheWholeSession(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("ack='1'")
		first, second := p.send(msg(1)), p.send(msg(2))
		first.expect("ack=1002")
		p.stream.send(9)
		second.expect("9") // its own rid needs no ack
	})
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		first := p.send(msg(1))
		p.send(msg(2))
		first.expect("")
	})
}

func TestB39_B40_FeaturesAtOnce(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		a := p.hello.attrs
		if a["xmpp:restartlogic"] != "true" || a["xmpp:version"] != "1.0" || a["xmlns:xmpp"] != wire.NSXBOSH || a["xmlns:stream"] != wire.NSStreams {
			t.Errorf("greeting %v", a)
		}
		if fmt.Sprint(p.hello.payloads) != "[features]" {
			t.Errorf("payloads %v", p.hello.payloads)
		}
	})
}

func TestB41_TermsAreSaidOnce(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		for name := range p.hello.attrs {
			if name == "authid" {
				t.Error("authid is obsolete")
			}
		}
		c := p.send()
		p.stream.send(1)
		d := p.send(msg(1))
		for _, a := range []answer{c.answer(), p.send("xmpp:restart='true'").answer(), d.answer()} {
			for name := range a.attrs {
				if name != "xmlns" && name != "xmlns:stream" {
					t.Errorf("%s in a later answer", name)
				}
			}
		}
	})
}

func TestB42_OneStreamASession(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		if _, ok := p.hello.attrs["stream"]; ok {
			t.Error("a stream attribute")
		}
		p.send("to='other.example'", "stream='2'", "route='xmpp:x'", msg(1)).held()
		if got := p.stream.seen("back"); got != "receive message 1" || len(b.streams.streams) != 1 {
			t.Errorf("calls %q, %d streams", got, len(b.streams.streams))
		}
	})
}
