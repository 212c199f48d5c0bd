//go:build bench

package bench_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// figures are the results of one run, by row.
type figures map[string]float64

// settle is how long a server is left alone before its memory is read.
const settle = 3 * time.Second

// parked sets pages up in steps and leaves each as a browser does that waits:
// with a held request, or an open WebSocket.
func parked(ctx context.Context, t *target, how opener, sizes []int, got figures) error {
	if err := churn(ctx, t, 50); err != nil { // code and pools are warm
		return err
	}
	pause(ctx, settle)
	c := &crowd{target: t, open: how}
	defer c.close()
	empty, had := rss(t.pid), 0
	for i, n := range sizes {
		before := cpu(t.pid)
		if err := c.grow(ctx, n); err != nil {
			return fmt.Errorf("set up %d sessions: %w", n, err)
		}
		pause(ctx, settle/3)
		got[row("set-up", i)] = (cpu(t.pid) - before).Seconds() / float64(n-had) * 1000
		pause(ctx, settle)
		got[row("parked", i)] = float64(rss(t.pid)-empty) / float64(n) / 1024
		had = n
	}
	return c.alive()
}

// churned opens and ends sessions in eight runs.
func churned(ctx context.Context, t *target, n int, got figures) error {
	var costs []float64
	var first int64
	for i := range 8 {
		before := cpu(t.pid)
		if err := churn(ctx, t, n); err != nil {
			return fmt.Errorf("churn: %w", err)
		}
		pause(ctx, settle/3)
		costs = append(costs, (cpu(t.pid)-before).Seconds()/float64(n)*1000)
		if i == 0 {
			pause(ctx, settle)
			first = rss(t.pid)
		}
	}
	pause(ctx, settle)
	got["churn"] = median(costs)
	got["churn rss first"] = float64(first) / (1 << 20)
	got["churn rss last"] = float64(rss(t.pid)) / (1 << 20)
	return nil
}

// echo is the load of the echo: messages a second of all visitors together.
type echo struct {
	visitors, rate int
	lasts          time.Duration
	begins         func() // called when the load begins; may be nil
}

// clock takes the times of round trips.
type clock struct {
	mu    sync.Mutex
	trips []time.Duration
}

// hear takes the time of every echo in an answer: the texts are times.
func (c *clock) hear(answer string) {
	now := time.Now()
	for part := range strings.SplitSeq(answer, "</body>") {
		text := part[strings.LastIndexByte(part, '>')+1:]
		if sent, err := strconv.ParseInt(strings.TrimPrefix(text, "t"), 10, 64); err == nil {
			c.mu.Lock()
			c.trips = append(c.trips, now.Sub(time.Unix(0, sent)))
			c.mu.Unlock()
		}
	}
}

func (c *clock) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.trips)
}

// reset forgets what was taken and returns it.
func (c *clock) reset() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	trips := c.trips
	c.trips = nil
	return trips
}

// until waits for n round trips.
func (c *clock) until(ctx context.Context, n int) error {
	for c.count() < n {
		if pause(ctx, 10*time.Millisecond); ctx.Err() != nil {
			return fmt.Errorf("%d of %d echoes: %w", c.count(), n, ctx.Err())
		}
	}
	return nil
}

// say has a session send the present time as a message that servers need not
// keep.
func say(p page, to string) {
	now := time.Now().UnixNano()
	p.send(fmt.Sprintf("<message xmlns='jabber:client' type='chat' to='%s' id='m%d'><body>t%d</body>"+
		noStore+"</message>", to, now, now))
}

// echoed measures round trips visitor, agent, visitor under a steady load.
func echoed(ctx context.Context, t *target, how opener, e echo, got figures) error {
	k := &clock{}
	c := &crowd{target: t, open: how, hear: k.hear}
	defer c.close()
	if err := c.grow(ctx, e.visitors); err != nil {
		return err
	}
	for i, p := range c.pages { // opens every chat
		say(p, t.to)
		if err := k.until(ctx, i+1-4*atOnce); err != nil {
			return err
		}
	}
	if err := k.until(ctx, e.visitors); err != nil {
		return fmt.Errorf("open the chats: %w", err)
	}
	pause(ctx, settle)
	k.reset()
	if e.begins != nil {
		e.begins()
	}
	used, beside := cpu(t.pid), cpu(t.beside)
	n, err := c.talk(ctx, e)
	if err != nil {
		return err
	}
	if err := k.until(ctx, n); err != nil {
		return err
	}
	used, beside = cpu(t.pid)-used, cpu(t.beside)-beside
	trips := k.reset()
	slices.Sort(trips)
	got["echo cpu"] = used.Seconds() / float64(n) * 1000
	if t.beside != 0 {
		got["echo beside"] = beside.Seconds() / float64(n) * 1000
	}
	got["echo p50"] = float64(trips[len(trips)/2].Microseconds()) / 1000
	got["echo max"] = float64(trips[len(trips)-1].Microseconds()) / 1000
	got["echo p99"] = float64(trips[len(trips)*99/100].Microseconds()) / 1000
	return c.alive()
}

// talk has the sessions speak in turn at the load's rate, however slow the
// answers are, and returns how many messages that were.
func (c *crowd) talk(ctx context.Context, e echo) (int, error) {
	n := 0
	for begin := time.Now(); time.Since(begin) < e.lasts; pause(ctx, 2*time.Millisecond) {
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		for due := int(time.Since(begin).Seconds() * float64(e.rate)); n < due; n++ {
			say(c.pages[n%len(c.pages)], c.target.to)
		}
	}
	return n, nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func row(name string, n int) string { return fmt.Sprintf("%s %d", name, n) }

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	if len(v)%2 == 0 {
		return (v[len(v)/2-1] + v[len(v)/2]) / 2
	}
	return v[len(v)/2]
}
