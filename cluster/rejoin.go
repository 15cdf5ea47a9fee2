package cluster

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"kmsgateway/messages"
)

// joinWidth is how many lost members are called at once.
const joinWidth = 8

// rejoin calls those who are lost: memberlist itself never dials the dead.
func (m *Members) rejoin(ctx context.Context) {
	tick := time.NewTicker(m.config.Timing.Rejoin)
	defer tick.Stop()
	for {
		var rekeyed sync.WaitGroup
		rekeyed.Go(func() { m.rekey(ctx) })
		m.call(m.lost())
		rekeyed.Wait()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// rekey takes over the leader's keys while gossip does not see it. The ledger finds its leader
// without them.
func (m *Members) rekey(ctx context.Context) {
	leader := m.config.Leader()
	if leader == "" || slices.ContainsFunc(m.Alive(), func(a Alive) bool { return a.Name == leader }) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, m.config.Timing.Stream)
	defer cancel()
	_ = m.config.Keys.Follow(ctx, m.config.Peers, leader) // it is asked again in a moment
}

// lost lists whom gossip does not see of all that are known.
func (m *Members) lost() []string {
	alive := m.Alive()
	seen := func(name, address string) bool {
		return slices.ContainsFunc(alive, func(a Alive) bool {
			return a.Name == name || name == "" && a.Address == address
		})
	}
	table := m.config.Table()
	known := slices.Clone(m.config.Known())
	for _, member := range table.Members {
		known = append(known, member.Name+"/"+member.Address)
	}
	calls := map[string]string{} // by name, or by address where there is none
	for _, entry := range known {
		name, address, named := strings.Cut(entry, "/")
		if !named { // the transport may know more than the table
			name, address = nameAt(table, entry), entry
		}
		switch {
		case seen(name, address):
		case name == "":
			calls[address] = address
		default:
			// With a name memberlist looks nothing up, and the transport dials by name.
			host, port := hostPort(address)
			calls[name] = fmt.Sprintf("%s/%s", name, net.JoinHostPort(host, fmt.Sprint(port)))
		}
	}
	return slices.Sorted(maps.Values(calls))
}

// nameAt finds who is committed to be at an address.
func nameAt(table messages.MemberTable, address string) string {
	for _, member := range table.Members {
		if member.Address == address {
			return member.Name
		}
	}
	return ""
}

// call exchanges everything with each, a few at once: one that does not answer holds up no other.
func (m *Members) call(whom []string) {
	slots := make(chan struct{}, joinWidth)
	var calls sync.WaitGroup
	for _, one := range whom {
		m.ending.Lock()
		over := m.left || m.stopped
		m.ending.Unlock()
		if over {
			break
		}
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			_, _ = m.list.Join([]string{one}) // they are called again in a second
		})
	}
	calls.Wait()
}
