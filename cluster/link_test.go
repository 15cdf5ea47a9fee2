package cluster

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"testing"
	"time"
)

// piped is a connection to a peer, of which this end is kept; open tells whether it still stands.
func piped(peer, proto string, age time.Duration) (l *link, open func() bool) {
	near, far := net.Pipe()
	_ = far.SetReadDeadline(time.Now())
	return &link{Conn: tls.Client(near, nil), peer: peer, proto: proto, born: time.Now().Add(-age)},
		func() bool {
			_, err := far.Read(make([]byte, 1))
			return errors.Is(err, os.ErrDeadlineExceeded)
		}
}

func TestLinksOfAPeerAreBounded(t *testing.T) {
	var all links
	opens := map[string]func() bool{}
	open := func(name, peer, proto string, age time.Duration) *link {
		l, stands := piped(peer, proto, age)
		opens[name] = stands
		all.add(l)
		return l
	}
	open("another peer's", "n2", protoRaft, 2*time.Hour)
	open("another protocol's", "n1", protoAsk, 2*time.Hour)
	busy := open("the oldest, but heard", "n1", protoRaft, 2*time.Hour)
	busy.used.Store(int64(2 * time.Hour))
	for i := range maxLinks {
		open(fmt.Sprint(i), "n1", protoRaft, time.Hour-time.Duration(i)*time.Minute)
	}
	for name, stands := range opens {
		if want := name != "0"; stands() != want {
			t.Errorf("%s stands: %v, want %v", name, !want, want)
		}
	}
	if gone := all.drop(func(l *link) bool { return l.peer == "n2" }); len(gone) != 1 || opens["another peer's"]() {
		t.Errorf("dropped %d", len(gone))
	}
	all.close()
	open("late", "n1", protoRaft, 0)
	for name, stands := range opens {
		if stands() {
			t.Errorf("%s stands after the end", name)
		}
	}
}

func TestHandshakesAreBounded(t *testing.T) {
	var all handshakes
	var opens []func() bool
	for range maxHandshakes + 2 {
		l, open := piped("", "", 0)
		all.begin(l.NetConn())
		opens = append(opens, open)
		if len(opens) == 1 {
			all.end(l.NetConn()) // it is over, and no longer among them
		}
	}
	for i, open := range opens {
		if want := i != 1; open() != want {
			t.Errorf("connection %d stands: %v", i, !want)
		}
	}
	all.close()
	for i, open := range opens[2:] {
		if open() {
			t.Errorf("connection %d stands after the end", i+2)
		}
	}
}
