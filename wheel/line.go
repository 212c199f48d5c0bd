package wheel

// Alarm is an entry's place in a wheel; the zero value is in none.
type Alarm struct {
	at    Instant
	index int // in the line, counted from 1; 0 when not there
}

func (a *Alarm) place() *Alarm { return a }

// placed is what embeds an Alarm.
type placed interface{ place() *Alarm }

// line is a heap of entries, the earliest first.
type line[E Entry] []E

func (l line[E]) Len() int           { return len(l) }
func (l line[E]) Less(i, j int) bool { return l[i].place().at < l[j].place().at }

func (l line[E]) Swap(i, j int) {
	l[i], l[j] = l[j], l[i]
	l[i].place().index, l[j].place().index = i+1, j+1
}

// Push implements [heap.Interface].
func (l *line[E]) Push(x any) {
	e := x.(E)
	*l = append(*l, e)
	e.place().index = len(*l)
}

// Pop implements [heap.Interface].
func (l *line[E]) Pop() any {
	old := *l
	last := len(old) - 1
	e := old[last]
	clear(old[last:])
	*l = old[:last]
	e.place().index = 0
	return e
}
