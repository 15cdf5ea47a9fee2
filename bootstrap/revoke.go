package bootstrap

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kmsgateway/messages"
)

// Bounds of a revocation list: a thousand times more members than a cluster has, and what they
// take in bytes.
const (
	maxRevoked     = 4096
	maxRevocations = 1 << 20
)

// revocationsDomain keeps a signature over a list from being one over anything else.
const revocationsDomain = "kmsgateway revocation list\x00"

// revocationsTopic is what nodes ask each other: the body is the asker's sequence, 8 bytes
// big-endian, the answer a list with a higher one, or nothing.
const revocationsTopic = "revocations"

// spreadWidth is how many members a node asks each time: two make a list reach all of a hundred
// in about seven rounds.
const spreadWidth = 2

// revokedMember is a member whose certificates are void if it joined at or before a time. One who
// joins anew under the name, later, is somebody else.
type revokedMember struct {
	Name   string `json:"name"`
	Before int64  `json:"before"` // Unix seconds
}

// revocationList is what the authority signs, as JSON.
type revocationList struct {
	Sequence uint64          `json:"sequence"`
	Revoked  []revokedMember `json:"revoked"`
}

// signedRevocations is the file and the message: the very bytes of the list with a signature.
type signedRevocations struct {
	List      []byte `json:"list"`
	Signature []byte `json:"signature"` // Ed25519 by the authority over domain and list
}

// knownRevocations is one immutable state of Revocations.
type knownRevocations struct {
	sequence uint64
	before   map[string]int64
	signed   []byte        // as it travels; nil for the empty list before the first
	next     chan struct{} // closed when another state takes over
}

// Revocations is what a process knows to be revoked. Lists replace each other by growing sequence
// numbers; an older one is refused, whoever brings it.
type Revocations struct {
	path        string // "" keeps nothing on disk
	authorities []*x509.Certificate
	known       atomic.Pointer[knownRevocations]
	mu          sync.Mutex // orders those who change known
}

func revocationsBeside(ca string) string { return filepath.Join(filepath.Dir(ca), "revoked.json") }

func newRevocations(path string, authorities []*x509.Certificate) *Revocations {
	r := &Revocations{path: path, authorities: authorities}
	r.known.Store(&knownRevocations{next: make(chan struct{})})
	return r
}

// openRevocations reads the list at path, if there is one yet.
func openRevocations(path string, authorities []*x509.Certificate) (*Revocations, error) {
	r := newRevocations(path, authorities)
	return r, r.Reload()
}

// Sequence numbers the list that is known; 0 before the first.
func (r *Revocations) Sequence() uint64 { return r.known.Load().sequence }

// Signed returns the known list as it travels, nil before the first.
func (r *Revocations) Signed() []byte { return r.known.Load().signed }

// Changed returns a channel that is closed when a newer list is known.
func (r *Revocations) Changed() <-chan struct{} { return r.known.Load().next }

// Check refuses a certificate of a revoked member, IDENTITY_REFUSED. One that does not say when its
// holder joined is refused as soon as the name is on the list.
func (r *Revocations) Check(leaf *x509.Certificate) error {
	before, listed := r.known.Load().before[leaf.Subject.CommonName]
	if !listed {
		return nil
	}
	who, err := holderOf(leaf)
	if err == nil && who.joined.Unix() > before {
		return nil
	}
	return messages.IdentityRefused("check certificate", leaf.Subject.CommonName+" is revoked")
}

// Accept takes a list from whoever brought it. A forged one is refused with IDENTITY_REFUSED, one
// older than what is known with CONFLICT; the known one again changes nothing. When it returns nil
// the list holds, and is on disk.
func (r *Revocations) Accept(signed []byte) error { return r.accept(signed, true) }

// Reload reads the list from disk, where the command line puts it. Where the disk was set back, the
// known list is put there again, and the error, CONFLICT, says so.
func (r *Revocations) Reload() error {
	if r.path == "" {
		return nil
	}
	signed, err := readBounded(r.path, maxRevocations)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return messages.StorageFailed("read revocation list", err)
	}
	err = r.accept(signed, false)
	if messages.CodeOf(err) == messages.CodeConflict {
		return errors.Join(err, replaceFile(r.path, r.Signed()))
	}
	return err
}

func (r *Revocations) accept(signed []byte, keep bool) error {
	list, err := verifyRevocations(signed, r.authorities)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.known.Load()
	if list.Sequence == was.sequence && bytes.Equal(signed, was.signed) {
		return nil
	}
	if list.Sequence <= was.sequence {
		return messages.Refused(messages.CodeConflict, "accept revocation list",
			fmt.Sprintf("sequence %d, known is %d already", list.Sequence, was.sequence))
	}
	if keep && r.path != "" {
		if err := replaceFile(r.path, signed); err != nil {
			return err
		}
	}
	known := &knownRevocations{sequence: list.Sequence, before: make(map[string]int64),
		signed: bytes.Clone(signed), next: make(chan struct{})}
	for _, member := range list.Revoked {
		known.before[member.Name] = member.Before
	}
	r.known.Store(known)
	close(was.next)
	return nil
}

// verifyRevocations decodes a list that one of the authorities signed.
func verifyRevocations(text []byte, authorities []*x509.Certificate) (revocationList, error) {
	var signed signedRevocations
	var list revocationList
	if len(text) > maxRevocations {
		return list, messages.MalformedField("revocations",
			fmt.Sprintf("want at most %d bytes", maxRevocations))
	}
	if err := decodeStrict(text, &signed); err != nil {
		return list, messages.MalformedField("revocations", err.Error())
	}
	message := append([]byte(revocationsDomain), signed.List...)
	genuine := slices.ContainsFunc(authorities, func(authority *x509.Certificate) bool {
		key, ok := authority.PublicKey.(ed25519.PublicKey)
		return ok && ed25519.Verify(key, message, signed.Signature)
	})
	if !genuine {
		return list, messages.IdentityRefused("verify revocation list",
			"not signed by the cluster's authority")
	}
	if err := decodeStrict(signed.List, &list); err != nil {
		return list, messages.MalformedField("revocations.list", err.Error())
	}
	if list.Sequence == 0 || len(list.Revoked) > maxRevoked {
		return list, messages.MalformedField("revocations.list",
			fmt.Sprintf("want a sequence and at most %d names", maxRevoked))
	}
	return list, nil
}

// signRevocations makes the list that follows sequence. Equal lists give equal bytes.
func (a *Authority) signRevocations(sequence uint64, before map[string]int64) ([]byte, error) {
	list := revocationList{Sequence: sequence, Revoked: []revokedMember{}}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		list.Revoked = append(list.Revoked, revokedMember{Name: name, Before: before[name]})
	}
	if len(list.Revoked) > maxRevoked {
		return nil, messages.Refused(messages.CodeOverloaded, "revoke",
			fmt.Sprintf("%d names are revoked already", maxRevoked))
	}
	text, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("encode revocation list: %w", err)
	}
	signature := ed25519.Sign(a.key, append([]byte(revocationsDomain), text...))
	return json.Marshal(signedRevocations{List: text, Signature: signature})
}

// Peers asks other nodes and answers them; the cluster's network has it. from is the name in the
// asker's certificate.
type Peers interface {
	Ask(ctx context.Context, node, topic string, body []byte) ([]byte, error)
	Answer(topic string, how func(ctx context.Context, from string, body []byte) ([]byte, error))
}

// Serve answers nodes that ask for a newer list.
func (r *Revocations) Serve(peers Peers) {
	peers.Answer(revocationsTopic, func(_ context.Context, _ string, body []byte) ([]byte, error) {
		if len(body) != 8 {
			return nil, messages.MalformedField("sequence", "want 8 bytes")
		}
		known := r.known.Load()
		if binary.BigEndian.Uint64(body) >= known.sequence {
			return nil, nil
		}
		return known.signed, nil
	})
}

// Ask takes over the list of a node, if it has a newer one.
func (r *Revocations) Ask(ctx context.Context, peers Peers, node string) error {
	body := binary.BigEndian.AppendUint64(nil, r.Sequence())
	signed, err := peers.Ask(ctx, node, revocationsTopic, body)
	if err != nil || len(signed) == 0 {
		return err
	}
	return r.Accept(signed)
}

// Spread is how a node keeps up with what is revoked.
type Spread struct {
	Revocations *Revocations
	Peers       Peers
	Members     func() []string  // names of the other nodes
	Tick        <-chan time.Time // when to look; about every second
	Rand        *rand.Rand       // whom to ask
	Publish     messages.Publish
	Clock       messages.Clock
}

// Run looks at the disk and asks a few members at every tick, until ctx ends. Members that do not
// answer are asked again by chance; lists that do not hold are published.
func (s Spread) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.Tick:
			s.round(ctx)
		}
	}
}

func (s Spread) round(ctx context.Context) {
	was := s.Revocations.Sequence()
	refused := s.Revocations.Reload()
	members := slices.Clone(s.Members())
	s.Rand.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	for _, member := range members[:min(spreadWidth, len(members))] {
		switch err := s.Revocations.Ask(ctx, s.Peers, member); messages.CodeOf(err) {
		case messages.CodeIdentityRefused, messages.CodeMalformedInput, messages.CodeStorage:
			refused = fmt.Errorf("from %s: %w", member, err)
		}
	}
	tellRevocations(ctx, s.Publish, s.Clock, s.Revocations, was, refused)
}

// tellRevocations publishes what became of the list.
func tellRevocations(ctx context.Context, publish messages.Publish, now messages.Clock,
	r *Revocations, was uint64, refused error) {
	if sequence := r.Sequence(); sequence != was {
		publish(ctx, messages.Fact{Name: messages.FactRevocationsAccepted, Room: messages.RoomTrust,
			At: now(), Count: int(sequence)})
	}
	if refused != nil {
		publish(ctx, messages.Fact{Name: messages.FactRevocationsRefused, Room: messages.RoomTrust,
			At: now(), Code: messages.CodeOf(refused), Detail: refused.Error()})
	}
}
