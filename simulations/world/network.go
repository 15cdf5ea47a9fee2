package world

import (
	"hash/fnv"
	"sync"
	"time"
)

// Link is what a directed link does to what crosses it.
type Link struct {
	Delay  time.Duration // one way
	Jitter time.Duration // at most so much more, drawn anew for each message
	Loss   float64       // of packets; a reliable message is repeated instead, which takes time
}

// add is a link with another one's troubles on top.
func (l Link) add(extra Link) Link {
	return Link{Delay: l.Delay + extra.Delay, Jitter: l.Jitter + extra.Jitter,
		Loss: 1 - (1-l.Loss)*(1-extra.Loss)}
}

const (
	// repeatAfter is when a reliable message that was lost is repeated, doubling each time, as TCP
	// does.
	repeatAfter = 200 * time.Millisecond
	// maxRepeats bounds the losses of one message: then the connection counts as stuck.
	maxRepeats = 6
)

// Network connects hosts by name. A host that nobody joined as refuses; a cut link is silent. All
// methods are safe for concurrent use.
type Network struct {
	seed uint64
	base func(from, to string) Link

	mu    sync.Mutex
	hosts map[string]*host    // mu
	links map[[2]string]*link // mu

	numbers map[string]int // mu; by name, for addresses
	names   map[int]string // mu
}

// host is a machine: its name outlives its processes.
type host struct {
	station *Station // the process, nil while none runs
	frozen  int      // faults that hold it
	inbox   []func() // what came while it was frozen, or while that is made up for
	outbox  []func()
	thawing bool
}

// link is a directed link under its faults. Its draws are counted, so that what one link draws does
// not depend on what others do.
type link struct {
	base   Link
	extras map[*Link]Link
	cuts   int
	key    uint64
	draws  uint64
}

// NewNetwork makes a network without hosts. base says what a healthy link is like.
func NewNetwork(seed uint64, base func(from, to string) Link) *Network {
	return &Network{seed: seed, base: base, hosts: map[string]*host{},
		links: map[[2]string]*link{}, numbers: map[string]int{}, names: map[int]string{}}
}

// host returns the machine of a name. The caller holds mu, as for link.
func (n *Network) host(name string) *host {
	h := n.hosts[name]
	if h == nil {
		h = &host{}
		n.hosts[name] = h
	}
	return h
}

func (n *Network) link(from, to string) *link {
	route := [2]string{from, to}
	l := n.links[route]
	if l == nil {
		l = &link{base: n.base(from, to), extras: map[*Link]Link{},
			key: mix(n.seed ^ hashed(from+"\x00"+to))}
		n.links[route] = l
	}
	return l
}

// Cut makes a directed link silent until heal. Cuts add up.
func (n *Network) Cut(from, to string) (heal func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := n.link(from, to)
	l.cuts++
	return sync.OnceFunc(func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		l.cuts--
	})
}

// Worsen adds troubles to a directed link until heal.
func (n *Network) Worsen(from, to string, extra Link) (heal func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l, name := n.link(from, to), &extra
	l.extras[name] = extra
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(l.extras, name)
	}
}

// Freeze holds all that a host sends and all that comes for it, until thaw, when it gets and sends
// everything at once, in order. The timers of its process go on: nothing can stop those.
func (n *Network) Freeze(name string) (thaw func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.host(name).frozen++
	return sync.OnceFunc(func() { n.thaw(name) })
}

// thaw makes up for what was held. What comes meanwhile queues behind it.
func (n *Network) thaw(name string) {
	n.mu.Lock()
	h := n.host(name)
	h.frozen--
	if h.frozen > 0 || h.thawing {
		n.mu.Unlock()
		return
	}
	h.thawing = true
	for h.frozen == 0 && len(h.inbox)+len(h.outbox) > 0 {
		next := append(h.inbox, h.outbox...)
		h.inbox, h.outbox = nil, nil
		n.mu.Unlock()
		for _, do := range next {
			do()
		}
		n.mu.Lock()
	}
	h.thawing = false
	n.mu.Unlock()
}

// flow keeps the messages of one connection in order. A message that is lost for good breaks it.
type flow struct {
	order sync.Mutex // held while a message arrives, which must not wait

	mu    sync.Mutex // taken last
	queue []parcel   // mu; in flight, in order

	last    time.Time // of the network's mu; when the newest arrives
	stalled bool      // of the network's mu
}

// broken tells whether a message of the flow was lost for good.
func (f *flow) broken(n *Network) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return f.stalled
}

// land delivers the oldest message in flight. Each message has a timer, and they fire in the order
// of the queue but where two are due at once: so it does not matter which one fires.
func (f *flow) land(n *Network) {
	f.order.Lock()
	defer f.order.Unlock()
	f.mu.Lock()
	next := f.queue[0]
	f.queue = f.queue[1:]
	f.mu.Unlock()
	n.arrive(next)
}

// parcel is one message on its way.
type parcel struct {
	from     string
	life     *Station // the process that sends it, nil for the machine itself
	to       string
	on       *flow          // nil where order does not matter
	reliable bool           // repeated when lost, instead of gone
	arrive   func(*Station) // at the process there, nil where none runs; must not wait
}

// post sends a parcel. It never waits.
func (n *Network) post(p parcel) {
	n.mu.Lock()
	defer n.mu.Unlock()
	home := n.host(p.from)
	if p.life != nil && home.station != p.life {
		return // a dead process sends nothing
	}
	if home.frozen > 0 {
		home.outbox = append(home.outbox, func() { n.post(p) })
		return
	}
	delay, arrives := n.link(p.from, p.to).draw(p.reliable)
	on := p.on
	if on == nil {
		if arrives {
			time.AfterFunc(delay, func() { n.arrive(p) })
		}
		return
	}
	if on.stalled = on.stalled || !arrives; on.stalled {
		return
	}
	now := time.Now()
	if due := now.Add(delay); on.last.Before(due) {
		on.last = due
	}
	on.mu.Lock()
	on.queue = append(on.queue, p)
	on.mu.Unlock()
	time.AfterFunc(on.last.Sub(now), func() { on.land(n) })
}

// arrive hands a parcel to whoever runs at its address.
func (n *Network) arrive(p parcel) {
	n.mu.Lock()
	h := n.host(p.to)
	if h.frozen > 0 || h.thawing {
		h.inbox = append(h.inbox, func() { n.hand(p) })
		n.mu.Unlock()
		return
	}
	n.mu.Unlock()
	n.hand(p)
}

func (n *Network) hand(p parcel) {
	n.mu.Lock()
	station := n.host(p.to).station
	n.mu.Unlock()
	p.arrive(station)
}

// draw decides about one message.
func (l *link) draw(reliable bool) (delay time.Duration, arrives bool) {
	now := l.base
	for _, extra := range l.extras {
		now = now.add(extra)
	}
	delay = now.Delay + time.Duration(l.next()*float64(now.Jitter))
	if l.cuts > 0 {
		return 0, false
	}
	wait := repeatAfter
	for range maxRepeats {
		if l.next() >= now.Loss {
			return delay, true
		}
		if !reliable {
			return 0, false
		}
		delay += wait
		wait *= 2
	}
	return 0, false
}

// next draws a number of [0, 1).
func (l *link) next() float64 {
	l.draws++
	return float64(mix(l.key+l.draws*0x9e3779b97f4a7c15)>>11) / (1 << 53)
}

// mix is the output function of splitmix64.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

func hashed(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // never fails
	return h.Sum64()
}
