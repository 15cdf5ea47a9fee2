//go:build verify

package demo

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The test networks are of the block that is kept for measurements of networks (RFC 2544): one, a
// bridge of the kernel, leads every node to the chain, the parties and this test; the other joins
// the nodes to each other and passes through this test.
const (
	outerNet  = "198.18.%d.%d"
	innerNet  = "198.19.%d.%d"
	firstHost = 10 // of node 1; the host of the outer network is 1
	maxNets   = 250
)

// tunPath is where the kernel hands packets to a program.
const tunPath = "/dev/net/tun"

// Bounds of a port of the network between nodes.
const (
	maxPacket  = 1 << 16
	portQueue  = 4096 // packets under way to one node; what comes on top is dropped, as routers do
	ipVersion4 = 4
	ipHeader   = 20
)

// netns is a network namespace a node, and the network between them, which can be slow or cut.
type netns struct {
	number int
	ports  map[[4]byte]*port // by address in the inner network

	mu    sync.RWMutex
	delay time.Duration    // guarded by mu: of a packet, one way
	apart map[[4]byte]bool // guarded by mu: packets between those in it and the others vanish
}

// port is a node's end of the network between nodes.
type port struct {
	address [4]byte
	device  *os.File
	queue   chan parcel
}

// parcel is a packet on its way.
type parcel struct {
	packet []byte
	due    time.Time
}

// newNetns makes so many namespaces and deletes them after the test. A test that asks for them was
// asked for by name: where the machine cannot make them it fails.
func newNetns(t *testing.T, nodes int) *netns {
	t.Helper()
	needsNetns(t)
	n := &netns{ports: make(map[[4]byte]*port), apart: make(map[[4]byte]bool)}
	n.number = n.claim(t)
	ip(t, "addr", "add", n.outer(1-firstHost)+"/24", "dev", n.bridge())
	ip(t, "link", "set", n.bridge(), "up")
	var running sync.WaitGroup
	for i := 1; i <= nodes; i++ {
		n.join(t, i)
	}
	for _, p := range n.ports {
		running.Go(func() { n.forward(p) })
		running.Go(p.deliver)
	}
	t.Cleanup(func() {
		for _, p := range n.ports {
			_ = p.device.Close() // its reader ends
		}
		for _, p := range n.ports {
			close(p.queue)
		}
		running.Wait()
	})
	return n
}

// needsNetns fails the test where namespaces cannot be made, and names what is missing.
func needsNetns(t *testing.T) {
	t.Helper()
	const needs = "this test makes network namespaces, for which it needs root (CAP_NET_ADMIN, " +
		"CAP_SYS_ADMIN), iproute2 (apt-get install -y iproute2) and " + tunPath
	if os.Geteuid() != 0 {
		t.Fatalf("%s: it does not run as root", needs)
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Fatalf("%s: %v", needs, err)
	}
	if _, err := os.Stat(tunPath); err != nil {
		t.Fatalf("%s: %v", needs, err)
	}
	probe := fmt.Sprintf("gwprobe%d", os.Getpid())
	if out, err := exec.Command("ip", "netns", "add", probe).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", needs, err, out)
	}
	ip(t, "netns", "del", probe)
}

// claim finds a number that nobody's networks have, by making the bridge of that number.
func (n *netns) claim(t *testing.T) int {
	t.Helper()
	var last error
	for try := range maxNets {
		n.number = 1 + (os.Getpid()+try)%maxNets
		out, err := exec.Command("ip", "link", "add", n.bridge(), "type", "bridge").CombinedOutput()
		if err == nil {
			t.Cleanup(func() { ip(t, "link", "del", n.bridge()) })
			return n.number
		}
		last = fmt.Errorf("%w: %s", err, out)
	}
	t.Fatalf("no bridge can be made: %v", last)
	return 0
}

// join makes the namespace of a node: a cable to the bridge, and a port of the network between.
func (n *netns) join(t *testing.T, node int) {
	t.Helper()
	name, cable, tun := n.name(node), fmt.Sprintf("gw%dc%d", n.number, node), fmt.Sprintf("gw%dt%d",
		n.number, node)
	ip(t, "netns", "add", name)
	t.Cleanup(func() { ip(t, "netns", "del", name) }) // and the cable with it
	ip(t, "link", "add", cable, "type", "veth", "peer", "name", "outer", "netns", name)
	ip(t, "link", "set", cable, "master", n.bridge(), "up")
	p := &port{queue: make(chan parcel, portQueue)}
	copy(p.address[:], net.ParseIP(n.inner(node)).To4())
	p.device = must(openTun(tun))(t)
	ip(t, "link", "set", tun, "netns", name)
	for _, of := range [][]string{
		{"link", "set", "lo", "up"},
		{"addr", "add", n.outer(node) + "/24", "dev", "outer"},
		{"link", "set", "outer", "up"},
		{"addr", "add", n.inner(node) + "/24", "dev", tun},
		{"link", "set", tun, "up"},
	} {
		ip(t, append([]string{"-n", name}, of...)...)
	}
	n.ports[p.address] = p
}

func (n *netns) bridge() string          { return fmt.Sprintf("gw%d", n.number) }
func (n *netns) name(node int) string    { return fmt.Sprintf("gw%d-node-%d", n.number, node) }
func (n *netns) outer(node int) string   { return fmt.Sprintf(outerNet, n.number, firstHost+node) }
func (n *netns) inner(node int) string   { return fmt.Sprintf(innerNet, n.number, firstHost+node) }
func (n *netns) host() string            { return n.outer(1 - firstHost) }
func (n *netns) at(node int) (a [4]byte) { copy(a[:], net.ParseIP(n.inner(node)).To4()); return a }

// house moves a fleet in: each node has its namespace, and chain and parties are where all of them
// reach them.
func (n *netns) house(f *Fleet) {
	node := 0
	for i := range f.plan.Members {
		member := &f.plan.Members[i]
		host, between := n.host(), ""
		if member.Role == roleNode {
			node++
			host, between = n.outer(node), n.inner(node)
			member.Within = []string{"ip", "netns", "exec", n.name(node)}
			member.Words = moved(member.Words, between)
			member.Listen = moved(member.Listen, between)
			if node == 1 {
				f.plan.Join = moved(f.plan.Join, host)
			}
		} else {
			member.Listen = moved(member.Listen, host)
		}
		for at, arg := range member.Args {
			if arg == member.HTTP {
				member.Args[at] = moved(arg, host)
			}
		}
		member.HTTP = moved(member.HTTP, host)
	}
}

// moved is an address of another host; "" stays.
func moved(address, host string) string {
	_, portOf, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return net.JoinHostPort(host, portOf)
}

// slow delays every packet between nodes, so that a round trip takes so long.
func (n *netns) slow(roundTrip time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.delay = roundTrip / 2
}

// cut parts some nodes from all others: what one side sends, the other never hears of.
func (n *netns) cut(nodes ...int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.apart)
	for _, node := range nodes {
		n.apart[n.at(node)] = true
	}
}

// heal joins all nodes again.
func (n *netns) heal() { n.cut() }

// forward takes what a node sends and has it delivered where it is addressed to.
func (n *netns) forward(from *port) {
	buffer := make([]byte, maxPacket)
	for {
		size, err := from.device.Read(buffer)
		if errors.Is(err, fs.ErrClosed) {
			return
		}
		if err != nil || size < ipHeader || buffer[0]>>4 != ipVersion4 {
			continue // of the kernel's own, such as a search for routers
		}
		to, known := n.ports[[4]byte(buffer[16:20])]
		n.mu.RLock()
		delay, apart := n.delay, known && n.apart[from.address] != n.apart[to.address]
		n.mu.RUnlock()
		if !known || apart {
			continue
		}
		select {
		case to.queue <- parcel{append([]byte(nil), buffer[:size]...), time.Now().Add(delay)}:
		default:
		}
	}
}

// deliver hands packets over when they are due, in the order in which they came.
func (p *port) deliver() {
	for one := range p.queue {
		if wait := time.Until(one.due); wait > 0 {
			<-time.After(wait)
		}
		_, _ = p.device.Write(one.packet) // a packet that is lost is sent again
	}
}

// openTun makes a network device whose packets this program reads and writes.
func openTun(name string) (*os.File, error) {
	handle, err := unix.Open(tunPath, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", tunPath, err)
	}
	request, err := unix.NewIfreq(name)
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(handle, unix.TUNSETIFF, request)
	}
	if err != nil {
		_ = unix.Close(handle) // it was never used
		return nil, fmt.Errorf("make device %s: %w", name, err)
	}
	return os.NewFile(uintptr(handle), name), nil
}

// ip runs iproute2.
func ip(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v: %s", strings.Join(args, " "), err, out)
	}
}

// roundTrip is how long a connection takes to be refused at a port where nobody listens.
func (n *netns) roundTrip(t *testing.T, from, to int) (took time.Duration) {
	t.Helper()
	ended := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with this, in its namespace
		err := enterNetns(n.name(from))
		start := time.Now()
		if err == nil {
			var conn net.Conn
			conn, err = net.DialTimeout("tcp", net.JoinHostPort(n.inner(to), "9"), lookTime)
			took = time.Since(start)
			if err == nil {
				_ = conn.Close()
				err = errors.New("somebody listens")
			}
		}
		if errors.Is(err, unix.ECONNREFUSED) {
			err = nil
		}
		ended <- err
	}()
	if err := <-ended; err != nil {
		t.Fatalf("time a round trip: %v", err)
	}
	return took
}

// enterNetns moves the calling thread into a namespace that iproute2 has made.
func enterNetns(name string) error {
	handle, err := os.Open("/run/netns/" + name)
	if err != nil {
		return fmt.Errorf("open namespace: %w", err)
	}
	defer func() { _ = handle.Close() }() // the thread keeps it
	if err := unix.Setns(int(handle.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter namespace: %w", err)
	}
	return nil
}
