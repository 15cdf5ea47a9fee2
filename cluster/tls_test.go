package cluster_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/raft"

	"kmsgateway/cluster"
	"kmsgateway/messages"
)

var protocols = []string{"kmsgateway-raft", "kmsgateway-gossip", "kmsgateway-ask"}

// knock connects to a node as whoever the configuration is, says something, and reports how the
// node takes it: nil for a connection that stays open, an error for one that is ended.
func knock(t *testing.T, fabric cluster.Fabric, config *tls.Config, say []byte) error {
	t.Helper()
	address, _ := fabric.Addresses()
	raw, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	conn := raw
	if config != nil {
		conn = tls.Client(raw, config)
	}
	_ = conn.SetDeadline(time.Now().Add(3 * time.Second))
	if _, err := conn.Write(say); err != nil {
		return err
	}
	_, err = io.ReadFull(conn, make([]byte, 1))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	if err == nil {
		t.Error("the node answers a stranger")
	}
	return err
}

func TestStrangersAreRefused(t *testing.T) {
	town := newTown(t)
	nodes := town.opened("n1", "n2")
	nodes["n1"].Peers().Answer("echo", func(_ context.Context, from string, _ []byte) ([]byte, error) {
		if from != "n2" {
			t.Errorf("%s gets through", from)
		}
		return nil, nil
	})
	foreign := newAuthority(t)
	foreign.pool = town.authority.pool // it knows whom to expect
	honest := town.authority.issue(t, "n3", "node", time.Hour)
	without := town.authority.client(honest, "n1")
	without.Certificates = nil
	old := town.authority.client(honest, "n1")
	old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	strangers := map[string]*tls.Config{
		"foreign":        town.authority.client(foreign.issue(t, "n3", "node", time.Hour), "n1"),
		"party":          town.authority.client(town.authority.issue(t, "n3", "party", time.Hour), "n1"),
		"expired":        town.authority.client(town.authority.issue(t, "n3", "node", -time.Minute), "n1"),
		"no certificate": without,
		"TLS 1.2":        old,
	}
	question := append([]byte{0, 0, 0, 18, 1}, "....\x00\x00\x00\x01\x00\x00\x00\xff\x04echo"...)
	for who, config := range strangers {
		for _, proto := range protocols {
			config.NextProtos = []string{proto}
			if err := knock(t, nodes["n1"], config, question); err == nil {
				t.Errorf("%s over %s is let in", who, proto)
			}
		}
	}
	if fact := town.told(messages.FactMemberRefused); fact.Code != messages.CodeIdentityRefused {
		t.Errorf("told: %+v", fact)
	}
	for who, proto := range map[string][]string{"no protocol": nil, "another protocol": {"h2"}} {
		config := town.authority.client(honest, "n1")
		config.NextProtos = proto
		if err := knock(t, nodes["n1"], config, []byte("hello")); err == nil {
			t.Errorf("%s is served", who)
		}
	}
	for _, garbage := range []string{"GET / HTTP/1.1\r\n\r\n", "\x00", strings.Repeat("\xff", 1<<16)} {
		if err := knock(t, nodes["n1"], nil, []byte(garbage)); err == nil {
			t.Errorf("%d bytes of garbage are heard", len(garbage))
		}
	}
	if _, err := ask(t, nodes["n2"], "n1", "echo", nil); err != nil {
		t.Errorf("an honest node after all of them: %v", err)
	}
}

func TestNodesRefuseWhoAnswersForAnother(t *testing.T) {
	for who, role := range map[string]string{"another name": "node", "another role": "party"} {
		town := newTown(t)
		n1 := town.open("n1")
		name := map[string]string{"node": "n9", "party": "n2"}[role]
		impostor := town.openAs("n2", town.authority.issue(t, name, role, time.Hour))
		impostor.Peers().Answer("echo", echo)
		n1.Learn(town.table("n1", "n2"))
		if answer, err := ask(t, n1, "n2", "echo", nil); err == nil {
			t.Errorf("%s: %q", who, answer)
		}
		conn, err := n1.Gossip().DialTimeout(town.table("n2").Members[0].Address, time.Second)
		if err == nil {
			conn.Close()
			t.Errorf("%s: gossip gets through", who)
		}
		var reply raft.RequestVoteResponse
		if n1.Ledger().RequestVote("n2", "n2", &raft.RequestVoteRequest{}, &reply) == nil {
			t.Errorf("%s: votes", who)
		}
	}
}

// TestGarbageOfNodes: a node of the cluster that says nonsense, or more than is read, is cut off.
func TestGarbageOfNodes(t *testing.T) {
	town := newTown(t)
	nodes := town.opened("n1", "n2")
	nodes["n1"].Peers().Answer("echo", echo)
	honest := town.authority.issue(t, "n3", "node", time.Hour)
	length := func(n uint32, rest ...byte) []byte {
		return append(binary.BigEndian.AppendUint32(nil, n), rest...)
	}
	cases := map[string][][]byte{
		"kmsgateway-ask": {
			length(1 << 31), length(2 << 20), length(0), length(8, bytes.Repeat([]byte{1}, 8)...),
			length(9, 9, 0, 0, 0, 0, 0, 0, 0, 1),                                        // no kind
			length(9, 2, 0, 0, 0, 0, 0, 0, 0, 1),                                        // an answer to nobody
			length(10, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0),                                    // no budget
			length(14, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 200),                      // no topic
			length(16, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 2, 0xff, 0xfe),            // no text
			length(14, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 65, 'x', 'x', 'x'),        // beyond the end
			length(14, append([]byte{3, 0, 0, 0, 0, 0, 0, 0, 1}, 0, 0, 0, 'x', 'x')...), // a refusal
		},
		"kmsgateway-gossip": {{0}, {3}, []byte("GET /")},
		"kmsgateway-raft":   {{99}, {4, 0xc1}},
	}
	for proto, words := range cases {
		config := town.authority.client(honest, "n1")
		config.NextProtos = []string{proto}
		for _, word := range words {
			if proto == "kmsgateway-raft" { // its words may be longer than these
				word = append(word, bytes.Repeat([]byte{0xc1}, 64)...)
			}
			if err := knock(t, nodes["n1"], config, word); err == nil {
				t.Errorf("%s %x goes on", proto, word)
			}
		}
	}
	if _, err := ask(t, nodes["n2"], "n1", "echo", nil); err != nil {
		t.Errorf("an honest node after all of them: %v", err)
	}
	if _, err := nodes["n1"].Gossip().WriteTo(make([]byte, 1<<16), "127.0.0.1:1"); err == nil {
		t.Error("a packet beyond its frame")
	}
}

func TestRevocationEndsConnections(t *testing.T) {
	town := newTown(t)
	town.tune = func(config *cluster.FabricConfig) { config.Look = 20 * time.Millisecond }
	nodes := town.opened("n1", "n2")
	for _, fabric := range nodes {
		fabric.Peers().Answer("echo", echo)
	}
	stream, err := nodes["n2"].Gossip().DialTimeout(town.table("n1").Members[0].Address, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	if _, err := ask(t, nodes["n2"], "n1", "echo", nil); err != nil {
		t.Fatal(err)
	}
	town.revoke("n2")
	_ = stream.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := stream.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("an open stream: %v", err)
	}
	for from, to := range map[string]string{"n1": "n2", "n2": "n1"} {
		if _, err := ask(t, nodes[from], to, "echo", nil); err == nil {
			t.Errorf("%s still asks %s", from, to)
		}
	}
}

// TestRevocationIsKnownAtEachQuestion: long before anybody looks at open connections.
func TestRevocationIsKnownAtEachQuestion(t *testing.T) {
	town := newTown(t)
	town.tune = func(config *cluster.FabricConfig) {
		if config.Node == "n2" {
			config.Check = nil // it has not heard that it is revoked
		}
	}
	nodes := town.opened("n1", "n2")
	for _, fabric := range nodes {
		fabric.Peers().Answer("echo", echo)
	}
	for from, to := range map[string]string{"n1": "n2", "n2": "n1"} {
		if _, err := ask(t, nodes[from], to, "echo", nil); err != nil {
			t.Fatal(err)
		}
	}
	town.revoke("n2")
	for from, to := range map[string]string{"n1": "n2", "n2": "n1"} {
		if _, err := ask(t, nodes[from], to, "echo", nil); messages.CodeOf(err) != messages.CodeIdentityRefused {
			t.Errorf("%s asks %s: %v", from, to, err)
		}
	}
}

func TestExpiryEndsConnections(t *testing.T) {
	town := newTown(t)
	now := make(chan time.Time, 1)
	now <- time.Now()
	town.tune = func(config *cluster.FabricConfig) {
		config.Clock = func() time.Time { at := <-now; now <- at; return at }
	}
	nodes := town.opened("n1", "n2")
	nodes["n2"].Peers().Answer("echo", echo)
	if _, err := ask(t, nodes["n1"], "n2", "echo", nil); err != nil {
		t.Fatal(err)
	}
	<-now
	now <- time.Now().Add(2 * time.Hour)
	if _, err := ask(t, nodes["n1"], "n2", "echo", nil); messages.CodeOf(err) != messages.CodeIdentityRefused {
		t.Errorf("over a connection whose certificates have expired: %v", err)
	}
}

func TestFabricSaysWhereItIs(t *testing.T) {
	town := newTown(t)
	certificate := town.authority.issue(t, "n1", "node", time.Hour)
	config := cluster.FabricConfig{Node: "n1", Listen: "0.0.0.0:0", Remote: "far:2", Publish: town.publish,
		Server: func() *tls.Config { return town.authority.server(certificate) },
		Client: func(node string) *tls.Config { return town.authority.client(certificate, node) }}
	if _, err := cluster.NewFabric(config); messages.CodeOf(err) != messages.CodeConfig {
		t.Errorf("a node that listens everywhere and says nowhere: %v", err)
	}
	config.Advertise = "somewhere:1"
	fabric, err := cluster.NewFabric(config)
	if err != nil {
		t.Fatal(err)
	}
	if address, remote := fabric.Addresses(); address != "somewhere:1" || remote != "far:2" {
		t.Errorf("addresses %s, %s", address, remote)
	}
	if at := fabric.Ledger().LocalAddr(); at != "n1" {
		t.Errorf("raft knows it as %s", at)
	}
	fabric.Carrier().Receive(nil)
	fabric.Carrier().Carry("n2", nil) // nobody carries
	for range 2 {
		if err := fabric.Close(); err != nil {
			t.Error(err)
		}
	}
}
