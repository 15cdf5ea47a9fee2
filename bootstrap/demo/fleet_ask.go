package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"

	"kmsgateway/bootstrap"
	"kmsgateway/messages"
)

// AskOptions say what a user asks of a gateway: of a fleet, or of the one that a node's
// configuration belongs to.
type AskOptions struct {
	Data     string // folder of a fleet; else
	Config   string // a node's configuration, which names chain, contracts and key, and
	Sender   string // key file of an account with coins
	Requests int
	Output   io.Writer // the result
}

// errUnanswered says that the gateway did not do what was asked.
var errUnanswered = errors.New("not every note was opened as it was written")

// Ask has notes decrypted through the chain as a dApp's user does, and says how long that took.
func Ask(ctx context.Context, options AskOptions) error {
	if options.Requests < 1 || options.Requests > maxRequests {
		return messages.MalformedField("--requests", fmt.Sprintf("want 1 to %d", maxRequests))
	}
	if options.Data != "" {
		fleet, err := OpenFleet(options.Data, io.Discard)
		if err != nil {
			return err
		}
		options.Config = fleet.path(configFile(nodeName(1), roleNode))
		options.Sender = fleet.path(fleet.userAccount())
	}
	user, err := enter(ctx, options.Config, options.Sender)
	if err != nil {
		return err
	}
	defer user.leave()
	notes, err := user.writeNotes(ctx, options.Requests)
	if err != nil {
		return err
	}
	start := time.Now()
	for _, note := range notes {
		if _, err := user.openNote(ctx, note); err != nil {
			return fmt.Errorf("ask for note: %w", err)
		}
	}
	if err := user.awaitNotes(ctx, notes); err != nil {
		return err
	}
	_, err = fmt.Fprintf(options.Output, "%s opened as written, %.1f s after they were asked for\n",
		plural(len(notes), "note", "notes"), time.Since(start).Seconds())
	return err
}

// userAccount is the key file of the account that no member of the fleet uses.
func (f *Fleet) userAccount() string { return accountFile(2) }

// enter makes the scene that a user of a configured gateway sees, with a dApp of his own on it.
func enter(ctx context.Context, path, sender string) (*scene, error) {
	config, err := bootstrap.LoadNode(path)
	if err != nil {
		return nil, err
	}
	if config.Chain.ID != DevChainID {
		return nil, messages.BadConfig("chain.id", fmt.Sprintf("want %d", DevChainID))
	}
	s := &scene{gateway: common.HexToAddress(config.Chain.Gateway),
		registry: common.HexToAddress(config.Chain.Registry)}
	if s.key, err = bootstrap.ReadPublicKey(config.Keys[0]); err != nil {
		return nil, err
	}
	if s.user, err = openAccount(sender); err != nil {
		return nil, err
	}
	if s.user.client, err = ethclient.DialContext(ctx, config.Chain.Endpoints[0].URL); err != nil {
		return nil, fmt.Errorf("dial chain: %w", err)
	}
	if err := s.deployNotes(ctx); err != nil {
		s.leave()
		return nil, err
	}
	return s, nil
}

func (s *scene) leave() { s.user.client.Close() }

// writeNotes puts so many notes on the chain and waits for the last.
func (s *scene) writeNotes(ctx context.Context, count int) (notes []secret, err error) {
	for i := range count {
		note, err := s.writeNote(ctx, s.user, fmt.Appendf(nil, "note %04d, known to its author", i))
		if err != nil {
			return nil, fmt.Errorf("write note: %w", err)
		}
		notes = append(notes, note)
	}
	return notes, waitFor(ctx, receiptPoll, func() bool {
		mined, err := s.user.client.NonceAt(ctx, s.user.address, nil)
		return err == nil && mined >= s.user.nonce
	})
}

// awaitNotes waits until the chain shows every note, and compares each with what was written.
func (s *scene) awaitNotes(ctx context.Context, notes []secret) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errImpatient)
	defer cancel()
	wrong := len(notes)
	err := waitFor(ctx, awaitPoll, func() bool {
		chain, err := s.read(ctx)
		if err == nil {
			wrong = chain.wrong(notes)
		}
		return wrong == 0
	})
	if err != nil {
		return fmt.Errorf("%d of %d: %w", wrong, len(notes), errors.Join(errUnanswered, err))
	}
	return nil
}
