package hold

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
)

// What was read ahead of a parked connection comes first when it is back.
func TestConnReadsWhatIsLeftFirst(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	ours, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = theirs.Close() }()
	c := &conn{TCPConn: theirs.(*net.TCPConn), ahead: []byte("first ")}
	if _, err := io.WriteString(ours, "second\n"); err != nil {
		t.Fatal(err)
	}
	text, err := bufio.NewReader(c).ReadString('\n')
	if err != nil || text != "first second\n" {
		t.Errorf("read %q: %v", text, err)
	}
	_ = ours.Close()
	if _, err := io.ReadAll(c); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Error(err)
	}
}

func TestClosedListener(t *testing.T) {
	s := newServer(t, Options{})
	p := s.dial()
	s.ask(p, "a").reply("1\n")
	p.expect("1")
	for range 2 {
		if err := s.listener.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.listener.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accepted: %v", err)
	}
	s.conns.Close()
	p.expectEnd()
}
