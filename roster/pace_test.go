package roster

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	p, now := NewPace(2, 3), time.Unix(1000, 0)
	take := func(n int) (taken int) {
		for range n {
			if p.Take(now) {
				taken++
			}
		}
		return taken
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 3}, {0, 0}, {499 * time.Millisecond, 0}, {time.Millisecond, 1}, {time.Second, 2}, {time.Hour, 3}} {
		now = now.Add(step.after)
		if n := take(10); n != step.want {
			t.Errorf("%v later: %d, want %d", step.after, n, step.want)
		}
	}
	if p.Quiet(now) || !p.Quiet(now.Add(1)) {
		t.Error("quiet since the last time")
	}
	free := NewPace(0, 0)
	if !free.Unbounded() || !free.Take(now) || !free.Take(now) {
		t.Error("a bound where none is")
	}
}

func TestDefaultSite(t *testing.T) {
	for name, test := range map[string]struct {
		origins []string
		public  string
		own     bool
		want    int
	}{
		"nothing":    {nil, "", true, 0},
		"public URL": {nil, "https://chat.example.com", true, 1},
		"a list":     {[]string{"https://a.example", "https://b.example"}, "https://chat.example.com", false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := DefaultSite(test.origins, test.public)
			if s.Name != "default" || s.OwnHost != test.own || len(s.Origins) != test.want || s.Queues != nil {
				t.Errorf("%+v", s)
			}
		})
	}
}
