package cluster

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"kmsgateway/messages"
)

// What nodes ask each other about gossip keys: the body is one key, the answer empty; but
// topicHeld's body is empty and its answer all keys in a row, the primary first.
const (
	topicInstall = "keyring.install"
	topicUse     = "keyring.use"
	topicRemove  = "keyring.remove"
	topicHeld    = "keyring.held"
)

// Serve lets other nodes read and change the keys. Only nodes can ask: the network knows the role
// of each.
func (k *Keyring) Serve(peers Peers) {
	peers.Answer(topicHeld, func(context.Context, string, []byte) ([]byte, error) {
		k.lock.Lock()
		defer k.lock.Unlock()
		return bytes.Join(k.keys(), nil), nil
	})
	for topic, change := range map[string]func([]byte) error{
		topicInstall: k.Install, topicUse: k.Use, topicRemove: k.Remove,
	} {
		peers.Answer(topic, func(_ context.Context, _ string, key []byte) ([]byte, error) {
			return nil, change(key)
		})
	}
}

// Rotate gives this node and the named others, which are all other nodes that are up, a fresh key,
// has them encrypt with it, and then forget those that this node knew before. No node is asked to
// use the key before every one has it, so nobody is shut out on the way. Where one does not take
// it, the error names it, and the key is taken back. Where a later phase is not done everywhere,
// the error names where, all still understand each other, and another rotation mends it. A node
// that was away keeps the old keys, and gossip does not hear it until it follows.
func (k *Keyring) Rotate(ctx context.Context, peers Peers, names []string) error {
	key := make([]byte, GossipKeySize)
	_, _ = rand.Read(key) // it never fails
	k.lock.Lock()
	old := k.keys()
	k.lock.Unlock()
	if err := k.Install(key); err != nil {
		return err
	}
	if err := everywhere(ctx, peers, names, topicInstall, key); err != nil {
		back := context.WithoutCancel(ctx)
		back, cancel := context.WithTimeout(back, writeWait)
		defer cancel()
		_ = everywhere(back, peers, names, topicRemove, key) // a key that nobody uses harms nobody
		return errors.Join(err, k.Remove(key))
	}
	if err := everywhere(ctx, peers, names, topicUse, key); err != nil {
		return errors.Join(err, k.Use(key))
	}
	if err := k.Use(key); err != nil {
		return err
	}
	for _, one := range old {
		if err := everywhere(ctx, peers, names, topicRemove, one); err != nil {
			return err
		}
		if err := k.Remove(one); err != nil {
			return err
		}
	}
	return nil
}

// Follow takes over the keys of another node, which are those of its cluster: this node may have
// been away when they changed. Where a rotation reaches this node meanwhile, that one holds.
func (k *Keyring) Follow(ctx context.Context, peers Peers, node string) error {
	k.lock.Lock()
	before := k.keys()
	k.lock.Unlock()
	answer, err := peers.Ask(ctx, node, topicHeld, nil)
	if err != nil {
		return fmt.Errorf("ask %s for gossip keys: %w", node, err)
	}
	theirs := slices.Collect(slices.Chunk(answer, GossipKeySize))
	if len(theirs) == 0 || len(theirs) > maxKeys || len(answer)%GossipKeySize != 0 {
		return messages.MalformedField("gossip_keys", fmt.Sprintf(
			"want 1 to %d keys of %d bytes, got %d bytes", maxKeys, GossipKeySize, len(answer)))
	}
	k.lock.Lock()
	defer k.lock.Unlock()
	if !bytes.Equal(bytes.Join(before, nil), bytes.Join(k.keys(), nil)) {
		return nil
	}
	for _, key := range before[1:] { // first, to make room
		if !holds(theirs, key) {
			err = errors.Join(err, k.remove(key))
		}
	}
	err = errors.Join(err, k.install(theirs[0]), k.use(theirs[0]))
	if !holds(theirs, before[0]) {
		err = errors.Join(err, k.remove(before[0]))
	}
	for _, key := range theirs[1:] {
		err = errors.Join(err, k.install(key))
	}
	return err
}

// everywhere asks all at once and names those who did not do it.
func everywhere(ctx context.Context, peers Peers, names []string, topic string, key []byte) error {
	faults := make([]error, len(names))
	var asked sync.WaitGroup
	for i, name := range names {
		asked.Go(func() {
			if _, err := peers.Ask(ctx, name, topic, key); err != nil {
				faults[i] = fmt.Errorf("%s: %w", name, err)
			}
		})
	}
	asked.Wait()
	var missing []string
	for i, fault := range faults {
		if fault != nil {
			missing = append(missing, names[i])
		}
	}
	if missing == nil {
		return nil
	}
	return &messages.GatewayError{Code: messages.CodeConflict, Op: topic,
		Detail: "not done by " + strings.Join(missing, ", "), Cause: errors.Join(faults...)}
}
