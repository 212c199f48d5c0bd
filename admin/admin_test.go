package admin

import (
	"testing"

	"go.uber.org/goleak"

	"frontdesk/desk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The desk is what the server asks.
var _ Desk = (*desk.Desk)(nil)
