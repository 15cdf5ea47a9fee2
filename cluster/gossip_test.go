package cluster_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/memberlist"

	"kmsgateway/cluster"
)

// send sends packets until one arrives, and returns what that says.
func send(t *testing.T, from, to cluster.Fabric, address memberlist.Address, say string) string {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	late := time.After(10 * time.Second)
	for {
		if _, err := from.Gossip().WriteToAddress([]byte(say), address); err != nil {
			t.Fatal(err)
		}
		select {
		case packet := <-to.Gossip().PacketCh():
			return string(packet.Buf)
		case <-again.C:
		case <-late:
			t.Fatalf("%q never arrives", say)
		}
	}
}

func TestPackets(t *testing.T) {
	town := newTown(t)
	nodes := town.opened("n1", "n2")
	byName := memberlist.Address{Name: "n2"}
	for say, address := range map[string]memberlist.Address{
		"by name":                    byName,
		"by address":                 {Addr: town.table("n2").Members[0].Address},
		"by name, at an old address": {Name: "n2", Addr: "127.0.0.1:1"},
		strings.Repeat("x", 1<<16-1): byName,
	} {
		for heard := ""; heard != say; { // what was sent twice arrives twice
			heard = send(t, nodes["n1"], nodes["n2"], address, say)
		}
	}
	if _, err := nodes["n1"].Gossip().WriteTo(nil, "127.0.0.1:1"); err == nil {
		t.Error("a packet to nobody knows whom")
	}

	// What was open when two were parted stays silent for ever; another way is found.
	town.part("n1", "n2")
	town.heal()
	for heard := ""; heard != "again"; {
		heard = send(t, nodes["n1"], nodes["n2"], byName, "again")
	}

	// The peer comes back at its port, and its old connection has ended.
	nodes["n2"].Close()
	nodes["n2"] = town.open("n2")
	send(t, nodes["n1"], nodes["n2"], byName, "back")
	if err := nodes["n1"].Gossip().Shutdown(); err != nil {
		t.Error(err)
	}
	if _, err := nodes["n1"].Gossip().WriteToAddress(nil, byName); err == nil {
		t.Error("a packet after the end")
	}
	if _, err := nodes["n1"].Gossip().DialAddressTimeout(byName, time.Second); err == nil {
		t.Error("a stream after the end")
	}
}

func TestStreamsAreBounded(t *testing.T) {
	town := newTown(t)
	nodes := town.opened("n1", "n2")
	stream, err := nodes["n1"].Gossip().DialAddressTimeout(memberlist.Address{Name: "n2"}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	taken := <-nodes["n2"].Gossip().StreamCh()
	defer taken.Close()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = stream.Write(make([]byte, 17<<20)) // which fails when the other end has enough
	}()
	read, err := io.Copy(io.Discard, taken)
	if err == nil || read != 16<<20 {
		t.Errorf("read %d bytes, %v", read, err)
	}
	taken.Close()
	<-sent
}
