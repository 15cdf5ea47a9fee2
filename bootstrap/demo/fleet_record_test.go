package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"

	"kmsgateway/messages"
)

// maxLogLine bounds a line of a log or an audit, in bytes.
const maxLogLine = 1 << 20

// tale is a line of a node's log, or of its audit, that is about a request.
type tale struct {
	Time    time.Time         `json:"time"` // of the log; no earlier than what it tells
	At      time.Time         `json:"at"`   // of the audit
	Message messages.FactName `json:"msg"`  // of the log
	Fact    messages.FactName `json:"fact"` // of the audit
	Request string            `json:"request"`
	Digest  string            `json:"digest"` // of a transaction
	Detail  string            `json:"detail"`
	node    int
}

// tales reads what the nodes told of requests. Of admissions only the audit tells, which may lack
// the last words of a process that was killed; the rest is in the log at once.
func (f *Fleet) tales(t *testing.T) (all []tale) {
	t.Helper()
	for node, member := range f.of(roleNode) {
		told := append(talesIn(t, f.logPath(member.Name), messages.FactSettlementSent,
			messages.FactSuperseded, messages.FactRequestClosed),
			talesIn(t, f.path(member.Name, "audit.jsonl"), messages.FactRequestAdmitted)...)
		for _, one := range told {
			one.node = node
			all = append(all, one)
		}
	}
	return all
}

// talesIn reads the named facts about requests from a file of JSON lines. A line that is no JSON is
// one that a killed process did not finish, or none of the program's own.
func talesIn(t *testing.T, path string, names ...messages.FactName) (all []tale) {
	t.Helper()
	text := must(os.ReadFile(path))(t)
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, maxLogLine)
	for lines.Scan() {
		var one tale
		if json.Unmarshal(lines.Bytes(), &one) != nil || one.Request == "" {
			continue
		}
		for _, name := range names {
			if one.Message == name {
				all = append(all, one)
			}
			if one.Fact == name {
				one.Message, one.Time = one.Fact, one.At
				all = append(all, one)
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// account tells what the faults of a run cost, and holds the history of each request to its law.
func (f *traffic) account(ctx context.Context, t *testing.T, fleet *Fleet, kills []time.Time) {
	t.Helper()
	t.Logf("%d second settlements were skipped by the contract; %d Supersedes",
		f.skipped(ctx, t), len(fleet.logged(t, supersedeLogged)))
	f.record(ctx, t, fleet, kills).check(t)
}

// record gathers all that was seen of a run in which nodes were killed at these moments.
func (f *traffic) record(ctx context.Context, t *testing.T, fleet *Fleet, kills []time.Time) record {
	t.Helper()
	r := record{began: f.began, kills: kills}
	f.mu.Lock()
	for _, one := range f.seen {
		if one.deed == deedAsked { // sent before it was mined
			one.after = f.asked[one.request-1]
		}
		r.seen = append(r.seen, one)
	}
	f.mu.Unlock()
	owners := f.owners(ctx, t, fleet)
	for _, told := range fleet.tales(t) {
		one := sighting{node: told.node, span: span{f.began, told.Time}}
		id := must(messages.ParseRequestID(told.Request))(t)
		one.request = id.Number
		switch told.Message {
		case messages.FactRequestAdmitted:
			one.deed = deedAdmitted
		case messages.FactRequestClosed:
			one.deed = deedClosed
		case messages.FactSettlementSent, messages.FactSuperseded:
			one.deed = deedSent
			if told.Message == messages.FactSuperseded {
				one.deed = deedSuperseded
			}
			one.tx = must(owners.of(told))(t)
		}
		r.seen = append(r.seen, one)
	}
	r.seen = append(r.seen, owners.implied(r.seen, f.began)...)
	r.ended = time.Now()
	return r
}

// owners tells whose the transactions are that nodes speak of, and which were mined.
type owners struct {
	senders []common.Address // by node
	known   map[string]txKey // by hash
	mined   map[txKey]bool
}

// owners looks up every transaction that a node named.
func (f *traffic) owners(ctx context.Context, t *testing.T, fleet *Fleet) owners {
	t.Helper()
	all := owners{known: map[string]txKey{}, mined: map[txKey]bool{}}
	for _, node := range fleet.of(roleNode) {
		all.senders = append(all.senders, fleet.senderOf(t, node.Name))
	}
	for _, told := range fleet.tales(t) {
		if _, known := all.known[told.Digest]; known || told.Digest == "" {
			continue
		}
		hash := common.HexToHash(told.Digest)
		key, err := f.transaction(ctx, hash)
		if errors.Is(err, ethereum.NotFound) {
			continue // a dearer one took its place
		}
		if err != nil {
			t.Fatal(err)
		}
		all.known[told.Digest] = key
		if _, err := f.user.client.TransactionReceipt(ctx, hash); err == nil {
			all.mined[key] = true
		}
	}
	return all
}

var (
	nonceTold = regexp.MustCompile(`\bnonce (\d+)`)
	ownerTold = regexp.MustCompile(`\bof (0x[0-9a-f]{40})`)
)

// of tells whose transaction a node speaks of: the chain knows, or the one who sent it says so.
func (o owners) of(told tale) (key txKey, err error) {
	if key, known := o.known[told.Digest]; known {
		return key, nil
	}
	nonce := nonceTold.FindStringSubmatch(told.Detail)
	if nonce == nil {
		return key, fmt.Errorf("no nonce is told of %s: %q", told.Digest, told.Detail)
	}
	if key.nonce, err = strconv.ParseUint(nonce[1], 10, 64); err != nil {
		return key, fmt.Errorf("nonce of %s: %w", told.Digest, err)
	}
	key.from = o.senders[told.node]
	if owner := ownerTold.FindStringSubmatch(told.Detail); owner != nil {
		key.from = common.HexToAddress(owner[1])
	} else if strings.Contains(told.Detail, "journal") {
		return key, fmt.Errorf("nobody knows whose %s is: %q", told.Digest, told.Detail)
	}
	o.known[told.Digest] = key
	return key, nil
}

// implied adds what follows from what was seen. A transaction that settled a request, or was to be
// superseded, was sent, whether or not its node lived to say so; and one that was mined and ended
// nothing holds nothing any more.
func (o owners) implied(seen []sighting, began time.Time) (more []sighting) {
	type holding struct {
		request uint64
		tx      txKey
	}
	ends := map[holding]bool{}
	for _, one := range seen {
		if one.deed == deedSettled || one.deed == deedSkipped {
			ends[holding{one.request, one.tx}] = true
		}
		if one.tx != (txKey{}) && one.deed != deedSent {
			sent := one
			sent.deed, sent.after = deedSent, began
			more = append(more, sent)
		}
	}
	for _, one := range seen {
		held := holding{one.request, one.tx}
		if one.deed == deedSent && o.mined[one.tx] && !ends[held] {
			ends[held] = true
			more = append(more, sighting{deed: deedSpent, request: one.request, tx: one.tx,
				span: span{began, time.Now()}})
		}
	}
	return more
}
