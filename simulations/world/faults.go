package world

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"kmsgateway/messages"
)

// action begins a fault on a host and returns what ends it.
type action func(w *World, f Fault, host string) (end func() error)

// actions says what each fault does to one host.
func actions() map[Kind]action {
	return map[Kind]action{
		FaultCrash:        crash,
		FaultStop:         stop,
		FaultFreeze:       freeze,
		FaultPartition:    partition,
		FaultWorsen:       worsen,
		FaultOutage:       outage,
		FaultDiskSlow:     onDisk(func(f Fault) DiskFault { return DiskFault{Slow: f.Delay} }),
		FaultDiskFull:     onDisk(func(Fault) DiskFault { return DiskFault{Full: true} }),
		FaultDiskReadOnly: onDisk(func(Fault) DiskFault { return DiskFault{ReadOnly: true} }),
		FaultStuck:        stick,
		FaultClockSkew:    skew,
		FaultSilent:       onParty(func(Fault) PartyFault { return PartyFault{Silent: true} }),
		FaultSlow:         onParty(func(f Fault) PartyFault { return PartyFault{Slow: f.Delay} }),
		FaultWrong:        onParty(func(Fault) PartyFault { return PartyFault{Wrong: true} }),
		FaultRPCDown:      onEndpoint(func(Fault) EndpointFault { return EndpointFault{Down: true} }),
		FaultRPCLag:       onEndpoint(func(f Fault) EndpointFault { return EndpointFault{Lag: f.Delay} }),
		FaultRPCOmit:      onEndpoint(func(Fault) EndpointFault { return EndpointFault{Omit: true} }),
	}
}

// begin sets a fault going at its time.
func (w *World) begin(f Fault) {
	drawn := w.draws.Uint64()
	w.work.Go(func() {
		if !w.sleep(f.At) {
			return
		}
		happened := Happened{Fault: f, From: time.Now()}
		if f.Kind == FaultReorg {
			w.chain.Reorg(f.Depth, f.Keep)
			w.happened(happened)
			return
		}
		happened.Hosts = w.resolve(f.Targets, drawn)
		ends := make([]func() error, len(happened.Hosts))
		w.each(happened.Hosts, func(i int, host string) { ends[i] = actions()[f.Kind](w, f, host) })
		over := f.For > 0 && w.sleep(f.For)
		happened.To = time.Now()
		w.happened(happened)
		if !over {
			return
		}
		w.each(happened.Hosts, func(i int, _ string) { w.note(ends[i]()) })
	})
}

// each does something to all hosts at once.
func (w *World) each(hosts []string, do func(i int, host string)) {
	var doing sync.WaitGroup
	for i, host := range hosts {
		doing.Go(func() { do(i, host) })
	}
	doing.Wait()
}

func (w *World) happened(h Happened) {
	w.history.mu.Lock()
	defer w.history.mu.Unlock()
	if h.To.IsZero() {
		h.To = h.From
	}
	w.history.happened = append(w.history.happened, h)
}

// sleep reports false where the run ended before.
func (w *World) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-w.life.Done():
		return false
	}
}

// resolve turns the words of a plan into hosts, each once, as things are now.
func (w *World) resolve(names []string, drawn uint64) (hosts []string) {
	for _, name := range names {
		for _, host := range w.named(name, drawn) {
			if !slices.Contains(hosts, host) {
				hosts = append(hosts, host)
			}
		}
	}
	return hosts
}

func (w *World) named(name string, drawn uint64) (hosts []string) {
	var nodes, followers, parties []string
	leader := ""
	for _, n := range w.nodes {
		nodes = append(nodes, n.plan.Name)
		if n.leads() {
			leader = n.plan.Name
		} else {
			followers = append(followers, n.plan.Name)
		}
	}
	for _, p := range w.parties {
		parties = append(parties, p.host)
	}
	one := func(of []string) []string {
		if len(of) == 0 {
			return nil
		}
		at := drawn % uint64(len(of))
		return of[at : at+1]
	}
	switch name {
	case TargetLeader:
		if leader == "" {
			return one(nodes) // none leads just now
		}
		return []string{leader}
	case TargetFollower:
		return one(followers)
	case TargetFollowers:
		return followers
	case TargetNode:
		return one(nodes)
	case TargetNodes:
		return nodes
	case TargetParties:
		return parties
	}
	for _, host := range append(nodes, parties...) {
		if host == name || w.regions[host] == messages.Region(name) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

func (w *World) node(host string) *Node {
	for _, n := range w.nodes {
		if n.plan.Name == host {
			return n
		}
	}
	return nil
}

func (w *World) party(host string) *Party {
	for _, p := range w.parties {
		if p.host == host {
			return p
		}
	}
	return nil
}

func nothing() error { return nil }

// hold keeps a host down until release; it starts again when the last of its faults is over.
func (w *World) hold(host string) {
	w.holding.Lock()
	defer w.holding.Unlock()
	w.holds[host]++
}

func (w *World) release(host string) error {
	w.holding.Lock()
	w.holds[host]--
	held := w.holds[host] > 0
	w.holding.Unlock()
	if held {
		return nil
	}
	if p := w.party(host); p != nil {
		return p.Start()
	}
	return w.node(host).Revive()
}

func (w *World) held(host string) bool {
	w.holding.Lock()
	defer w.holding.Unlock()
	return w.holds[host] > 0
}

func crash(w *World, _ Fault, host string) func() error {
	w.hold(host)
	if p := w.party(host); p != nil {
		w.note(p.Stop())
	} else {
		w.note(w.node(host).Crash())
	}
	return func() error { return w.release(host) }
}

func stop(w *World, f Fault, host string) func() error {
	n := w.node(host)
	if n == nil {
		return crash(w, f, host)
	}
	w.hold(host)
	ctx, cancel := context.WithTimeout(w.life, drainTime)
	defer cancel()
	if err := n.Stop(ctx); err != nil {
		w.note(fmt.Errorf("stop %s: %w", host, err))
	}
	return func() error { return w.release(host) }
}

func freeze(w *World, _ Fault, host string) func() error {
	thaw := w.network.Freeze(host)
	return func() error {
		thaw()
		return nil
	}
}

// across does something to the links between a host and the far side, by direction.
func (w *World) across(f Fault, host string, do func(from, to string) (heal func())) func() error {
	others := w.resolve(f.Others, 0)
	if len(f.Others) == 0 {
		others = w.resolve([]string{TargetNodes, TargetParties}, 0)
	}
	inside := w.resolve(f.Targets, 0)
	var heals []func()
	for _, other := range others {
		if other == host || len(f.Others) == 0 && slices.Contains(inside, other) {
			continue
		}
		if f.Direction != DirectionIn {
			heals = append(heals, do(host, other))
		}
		if f.Direction != DirectionOut {
			heals = append(heals, do(other, host))
		}
	}
	return func() error {
		for _, heal := range heals {
			heal()
		}
		return nil
	}
}

func partition(w *World, f Fault, host string) func() error {
	return w.across(f, host, w.network.Cut)
}

func worsen(w *World, f Fault, host string) func() error {
	return w.across(f, host, func(from, to string) func() {
		return w.network.Worsen(from, to, f.Link)
	})
}

// outage takes a host and its endpoint off the network without a word, and ends its process.
func outage(w *World, f Fault, host string) func() error {
	heal := w.across(Fault{Targets: []string{host}}, host, w.network.Cut)
	start := crash(w, f, host)
	return func() error {
		_ = heal() // never fails
		return start()
	}
}

func onDisk(fault func(Fault) DiskFault) action {
	return func(w *World, f Fault, host string) func() error {
		n := w.node(host)
		if n == nil {
			return nothing
		}
		n.disk.Fail(fault(f))
		return func() error {
			n.disk.Fail(DiskFault{})
			if w.held(host) {
				return nil
			}
			return n.Revive() // where it could not live without its disk
		}
	}
}

func skew(w *World, f Fault, host string) func() error {
	n := w.node(host)
	if n == nil {
		return nothing
	}
	n.skew.Add(int64(f.Delay))
	return func() error {
		n.skew.Add(-int64(f.Delay))
		return nil
	}
}

func stick(w *World, _ Fault, host string) func() error {
	n := w.node(host)
	if n == nil {
		return nothing
	}
	free := w.chain.stick(n.sender)
	return func() error {
		free()
		return nil
	}
}

func onParty(fault func(Fault) PartyFault) action {
	return func(w *World, f Fault, host string) func() error {
		p := w.party(host)
		if p == nil {
			return nothing
		}
		p.Fail(fault(f))
		return func() error {
			p.Fail(PartyFault{})
			return nil
		}
	}
}

func onEndpoint(fault func(Fault) EndpointFault) action {
	return func(w *World, f Fault, host string) func() error {
		e := w.endpoints[host]
		e.Fail(fault(f))
		return func() error {
			e.Fail(EndpointFault{})
			return nil
		}
	}
}
