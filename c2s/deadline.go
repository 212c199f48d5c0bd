package c2s

import (
	"frontdesk/wheel"
)

// instant is a time of the hub's wheel; 0 is none.
type instant = wheel.Instant

// deadline calls something when its time has come, with no lock held. It may
// come late, and once more after a cancel at the same moment, so what it calls
// looks at its own state.
type deadline struct {
	wheel.Alarm
	fire func() // set before the first after
}

// Ring implements [wheel.Entry].
func (d *deadline) Ring() { d.fire() }
