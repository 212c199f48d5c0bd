package c2s

import (
	"time"

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

// after has d fire when that time has passed from now on, and not before.
func (h *Hub) after(d *deadline, within time.Duration) {
	h.wheel.Set(d, h.wheel.Now().Add(within))
}
