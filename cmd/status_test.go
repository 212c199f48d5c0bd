package cmd

import (
	"testing"

	"frontdesk/admin"
)

func TestUpDown(t *testing.T) {
	for want, s := range map[string]admin.Status{
		"up (4f7kq2)":              {Link: true, LinkID: "4f7kq2"},
		"up":                       {Link: true},
		"down: connection refused": {Trouble: "connection refused"},
		"down":                     {},
	} {
		if got := upDown(s); got != want {
			t.Errorf("upDown(%+v) = %q, want %q", s, got, want)
		}
	}
}
