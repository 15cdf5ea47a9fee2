package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"

	"kmsgateway/messages"
)

// What nodes ask each other about gossip keys: the body is one key, the answer empty.
const (
	topicInstall = "keyring.install"
	topicUse     = "keyring.use"
	topicRemove  = "keyring.remove"
)

// Serve lets other nodes change the keys. Only nodes can ask: the network knows the role of each.
func (k *Keyring) Serve(peers Peers) {
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
// that was down keeps the old keys and is refused by gossip until it is given a new one.
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
