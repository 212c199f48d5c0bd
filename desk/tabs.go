package desk

import "slices"

// tabs are the streams of one visitor that the desk knows of.
type tabs []tab

// tab is one of them: one page.
type tab struct {
	stream       string
	online, away bool
}

// has tells whether a stream is known.
func (t tabs) has(stream string) bool { return t.index(stream) >= 0 }

func (t tabs) index(stream string) int {
	return slices.IndexFunc(t, func(one tab) bool { return one.stream == stream })
}

// show notes that a stream is online; it tells whether that one is new.
func (t *tabs) show(stream string, away bool) (isNew bool) {
	i := t.index(stream)
	if i < 0 {
		i, isNew = len(*t), true
		*t = append(slices.Grow(*t, 1), tab{stream: stream}) // most visitors have one
	}
	(*t)[i].online, (*t)[i].away = true, away
	return isNew
}

// hide notes that a stream is offline, or over.
func (t *tabs) hide(stream string, over bool) {
	i := t.index(stream)
	switch {
	case i < 0:
	case over:
		*t = slices.Delete(*t, i, i+1)
	default:
		(*t)[i].online, (*t)[i].away = false, false
	}
}

// online counts the streams with a live link, and how many of them are not
// away.
func (t tabs) online() (live, present int) {
	for _, one := range t {
		if one.online {
			live++
			if !one.away {
				present++
			}
		}
	}
	return live, present
}
