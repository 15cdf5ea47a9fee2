package world

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/memberlist"
)

const (
	topicGossip = "gossip"
	// gossipPort is where all hosts listen; an address is all that tells them apart.
	gossipPort = 7946
	// waiting bounds the packets and streams that memberlist has not taken yet; more are lost.
	waiting = 256
)

// gossipWire is memberlist's transport over a station.
type gossipWire struct {
	station *Station
	packets chan *memberlist.Packet
	streams chan net.Conn
}

func newGossipWire(station *Station) *gossipWire {
	w := &gossipWire{station: station, packets: make(chan *memberlist.Packet, waiting),
		streams: make(chan net.Conn, waiting)}
	station.Handle(topicGossip, w.hear)
	station.listen(w.streams)
	return w
}

// address renders where a host is found. Hosts have numbers in the order of their first mention.
func (n *Network) address(name string) string {
	return net.JoinHostPort(n.addr(name).IP.String(), strconv.Itoa(gossipPort))
}

func (n *Network) addr(name string) *net.TCPAddr {
	n.mu.Lock()
	defer n.mu.Unlock()
	at, known := n.numbers[name]
	if !known {
		at = len(n.numbers) + 1
		n.numbers[name] = at
		n.names[at] = name
	}
	return &net.TCPAddr{IP: net.IPv4(10, 0, byte(at>>8), byte(at)), Port: gossipPort}
}

// resolve finds the host of an address, as of a name.
func (n *Network) resolve(address string) (string, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(strings.Trim(host, "[]")).To4()
	n.mu.Lock()
	defer n.mu.Unlock()
	if ip == nil {
		if _, known := n.numbers[host]; known {
			return host, nil
		}
		return "", fmt.Errorf("no host %q", address)
	}
	name, known := n.names[int(ip[2])<<8|int(ip[3])]
	if !known {
		return "", fmt.Errorf("no host at %s", address)
	}
	return name, nil
}

// hear takes a packet.
func (w *gossipWire) hear(from string, ask any, _ func(any, error)) {
	data, _ := ask.([]byte)
	packet := &memberlist.Packet{Buf: data, From: w.station.net.addr(from), Timestamp: time.Now()}
	select {
	case w.packets <- packet:
	default: // as a full socket buffer does
	}
}

// FinalAdvertiseAddr implements memberlist.Transport.
func (w *gossipWire) FinalAdvertiseAddr(string, int) (net.IP, int, error) {
	at := w.station.net.addr(w.station.name)
	return at.IP.To4(), at.Port, nil
}

// WriteTo implements memberlist.Transport.
func (w *gossipWire) WriteTo(data []byte, address string) (time.Time, error) {
	to, err := w.station.net.resolve(address)
	if err != nil {
		return time.Time{}, err
	}
	sent := append([]byte(nil), data...)
	w.station.net.post(parcel{from: w.station.name, life: w.station, to: to,
		arrive: func(there *Station) {
			if how := there.handler(topicGossip); how != nil {
				how(w.station.name, sent, func(any, error) {})
			}
		}})
	return time.Now(), nil
}

// WriteToAddress implements memberlist.NodeAwareTransport.
func (w *gossipWire) WriteToAddress(data []byte, to memberlist.Address) (time.Time, error) {
	return w.WriteTo(data, to.Addr)
}

// PacketCh implements memberlist.Transport.
func (w *gossipWire) PacketCh() <-chan *memberlist.Packet { return w.packets }

// DialTimeout implements memberlist.Transport.
func (w *gossipWire) DialTimeout(address string, timeout time.Duration) (net.Conn, error) {
	to, err := w.station.net.resolve(address)
	if err != nil {
		return nil, err
	}
	return w.station.dial(to, timeout)
}

// DialAddressTimeout implements memberlist.NodeAwareTransport.
func (w *gossipWire) DialAddressTimeout(to memberlist.Address, timeout time.Duration) (
	net.Conn, error) {
	return w.DialTimeout(to.Addr, timeout)
}

// StreamCh implements memberlist.Transport.
func (w *gossipWire) StreamCh() <-chan net.Conn { return w.streams }

// Shutdown implements memberlist.Transport: from now on streams are refused.
func (w *gossipWire) Shutdown() error {
	w.station.listen(nil)
	return nil
}
