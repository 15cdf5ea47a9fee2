package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/params"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/threshold"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// auctionSeconds is how long bids are taken, in block time; the demo's blocks come once a second.
const auctionSeconds = 8

// awaitPoll is how often the user looks whether everything has ended.
const awaitPoll = 250 * time.Millisecond

// patience bounds the wait for the last result, beyond which what is missing counts as lost.
const patience = 2 * time.Minute

// auction is the story's thread.
type auction struct {
	address  common.Address
	closesAt uint64
	bidders  []*account
	amounts  []*big.Int
	bids     []secret
}

// openAuction deploys the auction and lets three people bid.
func (s *stage) openAuction(ctx context.Context) (*auction, error) {
	head, err := s.user.client.HeaderByNumber(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("read head: %w", err)
	}
	a := &auction{closesAt: head.Time + auctionSeconds, bidders: s.bidders}
	args := contracts.NewSealedBidAuction().PackConstructor(s.gateway, s.user.address, s.key.Key,
		a.closesAt)
	a.address, err = s.user.deploy(ctx, contracts.SealedBidAuctionMetaData.Bin, args)
	if err != nil {
		return nil, err
	}
	s.say("sealed-bid auction on the chain; it closes in %d seconds", auctionSeconds)
	names := []string{"Ada", "Blaise", "Charles"}
	for i, bidder := range a.bidders {
		// Wei precision from a random draw: equal bids would make the winner a matter of order.
		extra, err := rand.Int(rand.Reader, big.NewInt(params.Ether))
		if err != nil {
			return nil, fmt.Errorf("draw bid: %w", err)
		}
		amount := new(big.Int).Add(big.NewInt(int64(i+1)*params.Ether), extra)
		sealed, err := s.bid(ctx, bidder, a.address, amount)
		if err != nil {
			return nil, err
		}
		a.amounts, a.bids = append(a.amounts, amount), append(a.bids, sealed)
		s.say("%s bids; the chain sees 168 bytes and handle %s..", names[i],
			sealed.handle.String()[:10])
	}
	return a, nil
}

// tryWith combines the shares of the first few parties on the secret's identity and tells whether
// its ciphertext opens.
func (s *stage) tryWith(sealed secret, few int) (bool, error) {
	master, err := bls.ParsePublicKey(s.key.Master[:])
	if err != nil {
		return false, fmt.Errorf("master key: %w", err)
	}
	derived, err := vetkd.DerivePurpose(master, vetkd.PurposeDecrypt,
		vetkd.NewAppID(DevChainID, vetkd.Address(sealed.app)))
	if err != nil {
		return false, fmt.Errorf("derive key: %w", err)
	}
	input := vetkd.Input{ChainID: DevChainID, Gateway: vetkd.Address(s.gateway),
		App: vetkd.Address(sealed.app), Owner: vetkd.Address(sealed.author.address),
		Salt: sealed.salt}.ID()
	var signers []threshold.Index
	var shares []threshold.Share
	for _, own := range s.dealing.Shares[:few] {
		share, err := vetkd.SignShare(rand.Reader, own.Secret, derived, input[:])
		if err != nil {
			return false, fmt.Errorf("sign share: %w", err)
		}
		signers = append(signers, own.Index)
		shares = append(shares, threshold.Share{Index: own.Index, Point: share})
	}
	coefficients, err := threshold.NewCoefficients(signers)
	if err != nil {
		return false, fmt.Errorf("interpolate: %w", err)
	}
	key, err := coefficients.Combine(shares)
	if err != nil {
		return false, nil // not even a point: nothing opens with it
	}
	ciphertext, err := s.ciphertextOf(sealed.handle)
	if err != nil {
		return false, err
	}
	_, err = vetkd.Decrypt(key, ciphertext)
	if err != nil && !errors.Is(err, vetkd.ErrDoesNotOpen) {
		return false, fmt.Errorf("decrypt: %w", err)
	}
	return err == nil, nil
}

// tellNotes sends the OPENING requests: two alone, since the first settlement under a key costs
// more than any other and both are to be measured, then the others in bulk. The first is forged,
// too.
func (s *stage) tellNotes(ctx context.Context) ([]secret, error) {
	count := s.options.Requests - 1
	if count == 0 {
		return nil, nil
	}
	var notes []secret
	for i := range count {
		note, err := s.writeNote(ctx, s.user, fmt.Appendf(nil, "note %04d, known to its author", i))
		if err != nil {
			return nil, fmt.Errorf("write note: %w", err)
		}
		notes = append(notes, note)
	}
	first, err := s.openNote(ctx, notes[0])
	if err != nil {
		return nil, fmt.Errorf("ask for note: %w", err)
	}
	if err := s.forge(ctx, first, notes[0]); err != nil {
		return nil, err
	}
	if err := s.awaitEnded(ctx, 1); err != nil {
		return nil, err
	}
	if count == 1 {
		s.killOne()
		return notes, s.reorg(ctx)
	}
	if _, err := s.openNote(ctx, notes[1]); err != nil {
		return nil, fmt.Errorf("ask for note: %w", err)
	}
	if err := s.awaitEnded(ctx, 2); err != nil {
		return nil, err
	}
	return notes, s.tellRest(ctx, notes[2:])
}

// tellRest asks for the other notes in bulk; in the middle of it a party is killed.
func (s *stage) tellRest(ctx context.Context, notes []secret) error {
	for i, note := range notes {
		if i == len(notes)/2 {
			s.killOne()
		}
		if _, err := s.openNote(ctx, note); err != nil {
			return fmt.Errorf("ask for note: %w", err)
		}
	}
	if len(notes) == 0 {
		s.killOne()
	}
	s.say("%s asked for at once", plural(len(notes), "more note", "more notes"))
	return s.reorg(ctx)
}

// forge posts another plaintext for a pending request; the chain must refuse it.
func (s *stage) forge(ctx context.Context, asked common.Hash, note secret) error {
	receipt, err := s.user.receipt(ctx, asked)
	if err != nil {
		return err
	}
	gateway := contracts.NewGatewayContract()
	var event *contracts.GatewayContractDecryptionRequested
	for _, log := range receipt.Logs {
		if e, err := gateway.UnpackDecryptionRequestedEvent(log); err == nil {
			event = e
		}
	}
	if event == nil {
		return fmt.Errorf("transaction %s made no request", asked)
	}
	ciphertext, err := s.ciphertextOf(note.handle)
	if err != nil {
		return err
	}
	c1 := ciphertext.C1()
	forged := append([]byte(nil), note.plaintext...)
	forged[0] ^= 1
	input := vetkd.Input{ChainID: DevChainID, Gateway: vetkd.Address(s.gateway),
		App: vetkd.Address(note.app), Owner: vetkd.Address(note.author.address),
		Salt: note.salt}.ID()
	outcome := contracts.Outcome{Handle: note.handle, Status: uint8(messages.StatusOpened),
		InputId: input, Plaintext: forged, C1: c1[:], RestHash: ciphertext.RestHash()}
	data := gateway.PackSettle(event.RequestId, contracts.Request{App: event.App,
		KeyId: event.KeyId, Selector: event.Selector, Options: event.Options},
		[]contracts.Outcome{outcome}, nil)
	reason := s.refusal(ctx, data, receipt.BlockNumber)
	if reason != "GatewayOpeningInvalid" {
		return fmt.Errorf("the chain answered a forged plaintext with %q", reason)
	}
	hash, err := s.bidders[0].send(ctx, &s.gateway, nil, gasSettle, data)
	if err != nil {
		return fmt.Errorf("post forgery: %w", err)
	}
	refused, err := s.bidders[0].receipt(ctx, hash)
	if err != nil {
		return err
	}
	if refused.Status == types.ReceiptStatusSuccessful {
		return errors.New("the chain took a forged plaintext")
	}
	s.say("a forged plaintext is posted; the chain refuses it: %s", reason)
	return nil
}

// killOne ends a party without a word, where one can be spared.
func (s *stage) killOne() {
	last := len(s.parties) - 1
	if s.options.Threshold == s.options.Parties || s.options.Fault != NoFault {
		return
	}
	s.parties[last].Kill()
	s.say("party %d is killed; %s stay", last+1, plural(last, "party", "parties"))
}

// reorg orphans the blocks of requests that the node has admitted, where that is the fault; their
// transactions are mined again. The chain goes on by itself meanwhile, so a try may come too late
// to reach them: the next one goes deeper, by the blocks that came meanwhile and one.
func (s *stage) reorg(ctx context.Context) error {
	if s.options.Fault != Reorg {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errImpatient)
	defer cancel()
	asked := s.options.Requests - 1 // all but the auction
	admitted := func() int { return s.facts.count(messages.FactRequestAdmitted) }
	if err := waitFor(ctx, awaitPoll, func() bool { return admitted() >= asked }); err != nil {
		return err
	}
	for depth := uint64(reorgDepth); ; depth += reorgDepth + 1 {
		before, since := admitted(), s.facts.count(messages.FactCursorUnwound)
		if err := s.chain.Reorg(depth, true); err != nil {
			return err
		}
		try, end := context.WithTimeout(ctx, reorgPatience)
		err := waitFor(try, awaitPoll, func() bool {
			return s.facts.count(messages.FactCursorUnwound) > since && admitted() > before
		})
		end()
		if err == nil {
			s.say("the chain reorganises: %d blocks are orphaned, and admitted requests with them",
				depth)
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

const (
	// reorgDepth is deeper than the demo's one confirmation.
	reorgDepth = 3
	// reorgPatience is what the node may take to notice that what it admitted was orphaned.
	reorgPatience = 3 * blockPeriod
)

// revealAuction waits for the close and asks for all bids in one QUORUM request, when the notes are
// done: its settlement is to have a transaction of its own, whose gas is measured.
func (s *stage) revealAuction(ctx context.Context, a *auction) error {
	err := s.awaitEnded(ctx, s.options.Requests-1)
	if err != nil && !errors.Is(err, errImpatient) {
		return err
	}
	if err := s.awaitTime(ctx, a.closesAt); err != nil {
		return err
	}
	data := contracts.NewSealedBidAuction().PackReveal()
	if _, err := s.user.do(ctx, &a.address, fee(), gasRequest, data); err != nil {
		return fmt.Errorf("ask for the bids: %w", err)
	}
	s.say("the auction is closed; its contract asks for all bids, with the quorum's proof")
	return nil
}

// settleAuction pays the winner's price and checks that the chain chose the highest bid.
func (s *stage) settleAuction(ctx context.Context, a *auction, _ *ledgerOfChain) error {
	dapp := contracts.NewSealedBidAuction()
	if _, err := s.user.do(ctx, &a.address, nil, gasSettle, dapp.PackSettle()); err != nil {
		return fmt.Errorf("settle the auction: %w", err)
	}
	raw, err := s.user.call(ctx, a.address, dapp.PackWinner())
	if err != nil {
		return fmt.Errorf("read winner: %w", err)
	}
	winner, err := dapp.UnpackWinner(raw)
	if err != nil {
		return fmt.Errorf("decode winner: %w", err)
	}
	raw, err = s.user.call(ctx, a.address, dapp.PackPrice())
	if err != nil {
		return fmt.Errorf("read price: %w", err)
	}
	price, err := dapp.UnpackPrice(raw)
	if err != nil {
		return fmt.Errorf("decode price: %w", err)
	}
	last := len(a.bidders) - 1
	if winner != a.bidders[last].address || price.Cmp(a.amounts[last]) != 0 {
		return fmt.Errorf("the chain chose %s at %s wei, want %s at %s", winner, price,
			a.bidders[last].address, a.amounts[last])
	}
	coins, _ := new(big.Float).Quo(new(big.Float).SetInt(price), big.NewFloat(params.Ether)).Float64()
	s.say("Charles wins at %.3f coins; the auction is settled on the chain", coins)
	return nil
}
