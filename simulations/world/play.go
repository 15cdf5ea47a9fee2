package world

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"kmsgateway/messages"
)

const (
	// callbackGas is what requests leave for their callbacks.
	callbackGas = 100_000
	// noDeadline is after the end of every run, in block time.
	noDeadline = 1 << 40
)

// ask puts the n-th request on its way.
func (w *World) ask(n int) {
	load := w.plan.Load
	request := messages.Requested{App: messages.Address{0xa9}, Key: w.key.Key,
		Selector: messages.Selector{1, 2, 3, 4}, Options: messages.Options{
			Proof: messages.ProofOpening, CallbackGasLimit: callbackGas, Deadline: noDeadline}}
	if load.Quorum > 0 && (n+1)%load.Quorum == 0 {
		request.Options.Proof = messages.ProofQuorum
	}
	each := max(1, load.Handles)
	for i := range each {
		request.Handles = append(request.Handles, w.handles[(n*each+i)%len(w.handles)])
		request.RegisteredAt = append(request.RegisteredAt, deployed)
	}
	digest := w.chain.Ask(request)
	w.history.mu.Lock()
	defer w.history.mu.Unlock()
	w.history.asked = append(w.history.asked, Asked{At: time.Now(), Digest: digest})
}

// load asks in an open loop.
func (w *World) load() {
	ticks := time.NewTicker(max(w.plan.Load.Every, time.Nanosecond))
	defer ticks.Stop()
	for n := range w.plan.Load.Requests {
		w.ask(n)
		select {
		case <-ticks.C:
		case <-w.life.Done():
			return
		}
	}
}

// memory is a folder in memory, where the system has one: what is not simulated is synced often,
// and nobody will read it. "" means the usual place.
func memory() string {
	const linux = "/dev/shm"
	if info, err := os.Stat(linux); err == nil && info.IsDir() {
		return linux
	}
	return ""
}

// Play runs a plan and returns what it left behind. It must be called in a bubble, and leaves
// nothing in it. The error is of a world that could not begin.
func Play(seed uint64, plan Plan) (_ History, err error) {
	dir, err := os.MkdirTemp(memory(), "gateway-sim-")
	if err != nil {
		return History{}, fmt.Errorf("make a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	w, err := New(dir, seed, plan)
	if err != nil {
		return History{}, err
	}
	defer w.Close()
	if err := w.Start(); err != nil {
		return History{}, err
	}
	return w.run(), nil
}

// run lets load and faults loose on a cluster that is ready.
func (w *World) run() History {
	began := time.Now()
	w.work.Go(w.load)
	for _, fault := range w.plan.Faults {
		w.begin(fault)
	}
	last, _ := w.plan.Healed()
	loaded := time.Duration(w.plan.Load.Requests) * w.plan.Load.Every
	w.until(w.plan.Horizon, func() bool {
		return time.Since(began) > max(last, loaded) && w.chain.pending() == 0 && w.quiet()
	})
	for _, n := range w.nodes {
		n.see()
	}
	return w.collect(began)
}

// quiet tells whether no living node has anything open.
func (w *World) quiet() bool {
	for _, n := range w.nodes {
		if l := n.life(); l != nil {
			counts := l.core.Ledger().Counts()
			if counts.Open > 0 || counts.Nonces > 0 {
				return false
			}
		}
	}
	return true
}

func (w *World) collect(began time.Time) History {
	seen := w.chain.outcomes()
	r := w.history
	r.mu.Lock()
	defer r.mu.Unlock()
	h := History{Seed: w.seed, Began: began, Ended: time.Now(), Facts: slices.Clone(r.facts),
		Asked: slices.Clone(r.asked), Happened: slices.Clone(r.happened),
		Requested: seen.requested, Endings: seen.ended, Settlements: seen.settled,
		Heads: seen.heads, Mined: seen.mined, Broadcasts: seen.broadcast,
		Keys: []messages.KeyInfo{w.key}, Gateway: w.contract.address,
		Troubles: slices.Clone(r.troubles)}
	if last, all := w.plan.Healed(); all {
		h.Healed = began.Add(last)
	}
	for _, n := range w.nodes {
		n.mu.Lock()
		h.Ledgers = append(h.Ledgers, Ledger{Node: n.plan.Name, Prefixes: n.applied.prefixes,
			Entries: n.applied.entries})
		n.mu.Unlock()
	}
	return h
}
