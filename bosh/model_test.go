package bosh

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// model is XEP-0124 as a reader of the text would play it with paper and
// pencil: slow, with plain lists, and written without a look at the code. It
// knows sessions without acks and keys.
type model struct {
	now                    time.Duration
	wait, life             time.Duration
	hold                   int
	window                 int
	last                   int      // highest rid without a gap
	reqs                   []*mReq  // by rid, answered ones too
	queue                  []string // payloads for the visitor
	slow                   bool     // payloads are settled later
	over                   bool
	bye                    *mReq
	received               []string
	lost, ended            bool
	idle, gap              time.Duration // since when; -1: not running
	pause                  time.Duration
	lastNew                time.Duration
	lastEmpty              bool
	strikes                int
	strikeAt               time.Duration
	answers                map[int]string // by number of the call
	unsettled              []*mReq
	polling, silent, inact time.Duration
}

// mReq is one rid.
type mReq struct {
	rid, call         int
	kind, id          string
	arrived           time.Duration
	inOrder, settled  bool
	answered, dead    bool
	reply             string
	payloads          []string
	sure              bool
	repeats           int
	repeatAt, pauseOf time.Duration
}

func (r *mReq) special() bool { return r.kind != "poll" && r.kind != "message" }

func newModel(hold, wait int) *model {
	m := &model{answers: map[int]string{}, last: firstRid, gap: -1, polling: 2 * time.Second, silent: 10 * time.Second, inact: 30 * time.Second}
	m.hold, m.wait = min(hold, 1), time.Duration(min(wait, 30))*time.Second
	m.window = max(min(hold, 4), 1) + 1
	m.life = m.inact
	if m.polls() {
		m.window, m.life = 1, 2*m.inact
	}
	m.reqs = []*mReq{{rid: firstRid, kind: "poll", inOrder: true, settled: true, answered: true, reply: "features", call: -1}}
	return m
}

func (m *model) polls() bool { return m.hold == 0 || m.wait == 0 }

// request plays the arrival of a request.
func (m *model) request(call, rid int, kind, id string, pause time.Duration) {
	if m.over {
		m.answers[call] = "type=terminate condition=item-not-found"
		return
	}
	i := slices.IndexFunc(m.reqs, func(r *mReq) bool { return r.rid == rid })
	limit := m.last + m.window
	if kind == "pause" || kind == "terminate" {
		limit++
	}
	switch {
	case i >= 0 && !m.remembered(m.reqs[i]), i < 0 && (rid <= m.last || rid > limit):
		m.end("item-not-found", nil, call)
	case i >= 0:
		m.repeat(m.reqs[i], call, kind)
	case m.tooActive(rid, kind):
		m.end("policy-violation", nil, call)
	default:
		m.reqs = append(m.reqs, &mReq{rid: rid, call: call, kind: kind, id: id, arrived: m.now, pauseOf: pause})
		sort.Slice(m.reqs, func(i, j int) bool { return m.reqs[i].rid < m.reqs[j].rid })
		if rid != m.last+1 && m.gap < 0 {
			m.gap = m.now
		}
		m.idle = -1
		m.inTurn()
	}
}

// remembered: the last responses, pauses not counted, are kept.
func (m *model) remembered(r *mReq) bool {
	if !r.answered {
		return true
	}
	younger := 0
	for _, o := range m.reqs {
		if o.answered && o.kind != "pause" && o.rid > r.rid {
			younger++
		}
	}
	return younger < m.window
}

func (m *model) repeat(r *mReq, call int, kind string) {
	if r.repeats == 0 || m.now-r.repeatAt >= 10*time.Second {
		r.repeats, r.repeatAt = 0, m.now
	}
	r.repeats++
	if r.repeats > 5 {
		m.end("policy-violation", nil, call)
		return
	}
	if kind != "beacon" {
		m.lost = false
	}
	if r.answered {
		m.answers[call] = r.reply
		if m.idle >= 0 {
			m.idle = m.now
		}
		return
	}
	if !r.dead {
		m.answers[r.call] = "type=error"
	}
	r.call, r.dead, r.arrived = call, false, m.now
	m.idle = -1
	m.answer()
}

func (m *model) tooActive(rid int, kind string) bool {
	if kind != "poll" && kind != "message" {
		return false
	}
	early, afterEmpty := m.now-m.lastNew < m.polling, m.lastEmpty
	m.lastNew, m.lastEmpty = m.now, kind == "poll"
	open, overtaken := 1, false // on its way by a later one
	for _, r := range m.reqs {
		if !r.answered && !r.dead && !r.special() {
			open++
		}
		overtaken = overtaken || r.rid > rid
	}
	if open > m.window {
		return true
	}
	if kind != "poll" || !early {
		return false
	}
	if m.polls() {
		return afterEmpty
	}
	if open < m.window || overtaken {
		return false
	}
	if m.strikes == 0 || m.now-m.strikeAt >= 10*time.Second {
		m.strikes, m.strikeAt = 0, m.now
	}
	m.strikes++
	return m.strikes >= 3
}

// inTurn takes the requests whose turn has come.
func (m *model) inTurn() {
	for !m.over {
		i := slices.IndexFunc(m.reqs, func(r *mReq) bool { return r.rid == m.last+1 })
		if i < 0 {
			break
		}
		r := m.reqs[i]
		m.last++
		r.inOrder = true
		m.gap = -1
		for _, o := range m.reqs {
			if !o.inOrder {
				m.gap = m.now
			}
		}
		m.confirm(r)
		m.lost = r.kind == "beacon"
		m.pause = r.pauseOf
		m.settleLater(r)
		if r.kind == "terminate" {
			m.over, m.ended, m.bye, m.queue = true, true, r, nil
		}
		m.answer()
	}
	m.farewell()
}

func (m *model) settleLater(r *mReq) {
	r.settled = true
	if r.id == "" || r.kind == "restart" {
		return
	}
	m.received = append(m.received, r.id)
	if m.slow {
		r.settled = false
		m.unsettled = append(m.unsettled, r)
	}
}

// confirm: a request in order says that earlier answers have arrived, unless
// it is a leaving page's.
func (m *model) confirm(r *mReq) {
	var again []string
	for _, o := range m.reqs {
		if o.rid < r.rid && o.answered && !o.sure {
			if r.kind == "beacon" {
				again = append(again, o.payloads...)
			}
			o.sure = true
		}
	}
	m.queue = append(again, m.queue...)
}

// settle reports the n oldest unsettled payloads.
func (m *model) settle(n int) {
	for _, r := range m.unsettled[:n] {
		r.settled = true
		if !m.over {
			m.answer()
		}
	}
	m.unsettled = m.unsettled[n:]
	m.farewell()
}

// ready: in order, settled, and so are all before.
func (m *model) ready() []*mReq {
	var out []*mReq
	for _, r := range m.reqs {
		if r.answered {
			continue
		}
		if !r.inOrder || !r.settled {
			break
		}
		out = append(out, r)
	}
	return out
}

func (m *model) answer() {
	live := 0
	for _, r := range m.ready() {
		if !r.dead {
			live++
		}
	}
	for !m.over {
		ready := m.ready()
		if len(ready) == 0 || !m.due(ready) {
			break
		}
		m.reply(ready[0], live > m.hold && slices.ContainsFunc(ready[1:], func(r *mReq) bool {
			return !r.dead && r.kind != "pause" && r.kind != "beacon" // the page is there: this is for it
		}))
	}
	m.clock()
}

func (m *model) due(ready []*mReq) bool {
	live := 0
	for _, r := range ready {
		if r.special() || m.polls() {
			return true
		}
		if !r.dead {
			live++
			if r.arrived+m.wait <= m.now {
				return true
			}
		}
	}
	if ready[0].dead {
		return len(ready) > 1
	}
	return live > m.hold || len(m.queue) > 0 && !m.leaving(ready[0])
}

// leaving: the page that sent r has said goodbye since.
func (m *model) leaving(r *mReq) bool {
	return slices.ContainsFunc(m.reqs, func(o *mReq) bool {
		return o.kind == "beacon" && o.inOrder && o.rid > r.rid
	})
}

func (m *model) reply(r *mReq, forLater bool) {
	r.answered = true
	var parts []string
	if r.kind == "restart" {
		parts = append(parts, "features")
	}
	if !forLater && !r.dead && r.kind != "pause" && r.kind != "beacon" && !m.leaving(r) {
		r.payloads = m.queue
		m.queue = nil
	}
	r.reply = strings.Join(append(parts, r.payloads...), " ")
	m.lastEmpty = m.lastEmpty && r.reply == ""
	if !r.dead {
		m.answers[r.call] = r.reply
	}
}

// clock starts or stops the inactivity clock.
func (m *model) clock() {
	switch live := slices.ContainsFunc(m.reqs, func(r *mReq) bool { return !r.answered && !r.dead }); {
	case live:
		m.idle = -1
	case m.idle < 0:
		m.idle = m.now
	}
}

// farewell answers a terminate request when everything is settled.
func (m *model) farewell() {
	if m.bye == nil || slices.ContainsFunc(m.reqs, func(r *mReq) bool { return r.inOrder && !r.settled }) {
		return
	}
	told := false
	for _, r := range m.reqs {
		if r.answered || r.dead || r == m.bye {
			continue
		}
		m.answers[r.call] = map[bool]string{false: "type=terminate", true: ""}[told]
		told = true
	}
	if !m.bye.dead {
		m.answers[m.bye.call] = map[bool]string{false: "type=terminate", true: ""}[told]
	}
	m.bye = nil
}

// end ends the session because of a request.
func (m *model) end(condition string, culprit *mReq, call int) {
	for _, r := range m.reqs {
		if !r.answered && !r.dead && r != culprit {
			m.answers[r.call] = "type=terminate condition=other-request"
		}
	}
	if culprit != nil {
		call = culprit.call
	}
	if culprit == nil || !culprit.dead {
		m.answers[call] = "type=terminate condition=" + condition
	}
	m.over, m.ended = true, true
}

// drop plays the end of a call's connection.
func (m *model) drop(call int) {
	for _, r := range m.reqs {
		if r.call != call || r.answered || r.dead {
			continue
		}
		r.dead = true
		if m.over {
			return
		}
		if !slices.ContainsFunc(m.reqs, func(r *mReq) bool { return !r.answered && !r.dead }) {
			m.lost = true
		}
		m.answer()
	}
}

func (m *model) send(id string) {
	if !m.over {
		m.queue = append(m.queue, id)
		m.answer()
	}
}

// sleep lets time pass.
func (m *model) sleep(d time.Duration) {
	until := m.now + d
	for !m.over {
		at, what := m.nextDeadline()
		if what == nil || at > until {
			break
		}
		m.now = max(m.now, at)
		what()
	}
	m.now = until
}

func (m *model) nextDeadline() (at time.Duration, what func()) {
	earliest := func(t time.Duration, f func()) {
		if what == nil || t < at {
			at, what = t, f
		}
	}
	life, silent := m.life, m.silent
	if m.pause > 0 {
		life, silent = m.pause, m.pause
	}
	for _, r := range m.reqs {
		switch {
		case r.answered:
		case !r.inOrder:
			wait := m.wait
			if wait == 0 {
				wait = 30 * time.Second
			}
			earliest(min(r.arrived+wait, m.gap+life), func() { m.end("item-not-found", r, -1) })
		case r.settled && !r.dead && slices.Contains(m.ready(), r):
			earliest(r.arrived+m.wait, m.answer)
		}
	}
	if m.idle >= 0 {
		if !m.lost && !m.polls() {
			earliest(m.idle+silent, func() { m.lost = true })
		}
		earliest(m.idle+life, func() { m.over, m.ended = true, true })
	}
	return at, what
}

// String is the model's state, for reports.
func (m *model) String() string {
	out := fmt.Sprintf("now %v last %d queue %v idle %v gap %v lost %v over %v;", m.now, m.last, m.queue, m.idle, m.gap, m.lost, m.over)
	for _, r := range m.reqs {
		out += fmt.Sprintf(" [%d %s order=%v settled=%v answered=%v dead=%v]", r.rid, r.kind, r.inOrder, r.settled, r.answered, r.dead)
	}
	return out
}
