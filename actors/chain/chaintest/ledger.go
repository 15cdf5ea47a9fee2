package chaintest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"kmsgateway/messages"
)

// Ledger keeps in memory what the real one keeps on disk, by the rules of messages/entry.go; it
// forgets nothing. It satisfies chain.Cursor and chain.Journal. All methods may be called at once.
type Ledger struct {
	mu       sync.Mutex
	cursor   messages.BlockRef
	highest  messages.Height
	final    messages.Height
	next     uint64
	rows     map[messages.RequestID]*row
	order    []messages.RequestID // as admitted
	accounts map[messages.Address]*account
	log      []messages.Entry
	hear     map[int]func(any)
	hears    int
	before   func(messages.Entry) error
	after    func(messages.Entry) error
}

type row struct {
	requested messages.Requested
	closed    bool
	closedAt  messages.Height
}

type account struct {
	next uint64
	txs  map[uint64]*journaled
}

type journaled struct {
	tx      messages.JournaledTx
	ended   bool
	endedAt messages.Height
}

// NewLedger is empty.
func NewLedger() *Ledger {
	return &Ledger{next: 1, rows: map[messages.RequestID]*row{},
		accounts: map[messages.Address]*account{}, hear: map[int]func(any){}}
}

// Subscribe calls hear after each Apply, in order, with Admitted, Closed and Unwound, until cancel.
// It must not call back.
func (l *Ledger) Subscribe(hear func(word any)) (cancel func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hears++
	at := l.hears
	l.hear[at] = hear
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.hear, at)
	}
}

// Interrupt sets what happens around Apply: an error of before keeps the entry out, one of after
// loses the answer though the entry is in. Either may be nil.
func (l *Ledger) Interrupt(before, after func(messages.Entry) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.before, l.after = before, after
}

// Propose applies an entry at once.
func (l *Ledger) Propose(ctx context.Context, entry messages.Entry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.before != nil {
		if err := l.before(entry); err != nil {
			return err
		}
	}
	words, err := l.apply(entry)
	if err != nil {
		return err
	}
	l.log = append(l.log, entry)
	for _, word := range words {
		for _, hear := range l.hear {
			hear(word)
		}
	}
	if l.after != nil {
		return l.after(entry)
	}
	return nil
}

func (l *Ledger) apply(entry messages.Entry) ([]any, error) {
	switch entry := entry.(type) {
	case messages.Admit:
		return l.admit(entry)
	case messages.Unwind:
		return l.unwind(entry)
	case messages.Send:
		return nil, l.send(entry)
	case messages.Supersede:
		return nil, l.supersede(entry)
	case messages.Close:
		return l.close(entry)
	default:
		return nil, fmt.Errorf("no such entry here: %T", entry)
	}
}

func (l *Ledger) admit(entry messages.Admit) (words []any, err error) {
	if entry.From != l.cursor {
		return nil, messages.LedgerConflict("admit", "cursor is "+l.cursor.String())
	}
	next := l.next
	for _, event := range entry.Events {
		if r := event.Requested; r != nil {
			if r.Request.Number != next {
				return nil, messages.LedgerConflict("admit", fmt.Sprintf("want request %d, got %d",
					next, r.Request.Number))
			}
			next++
		}
	}
	for _, event := range entry.Events {
		if r := event.Requested; r != nil {
			l.rows[r.Request] = &row{requested: *r}
			l.order = append(l.order, r.Request)
			words = append(words, messages.Admitted{Requested: *r})
		}
		if e := event.Ended; e != nil {
			if found := l.rows[e.Request]; found != nil && !found.closed {
				found.closed, found.closedAt = true, e.Place.Block.Number
				words = append(words, messages.Closed{Request: e.Request, Outcome: e.Outcome,
					At: e.Place.Block})
			}
		}
	}
	for _, count := range entry.Nonces {
		l.endBelow(count, entry.To.Number)
	}
	l.cursor, l.next, l.final = entry.To, next, max(l.final, entry.Final)
	l.highest = max(l.highest, entry.To.Number)
	return words, nil
}

func (l *Ledger) endBelow(count messages.SenderNonce, at messages.Height) {
	account := l.account(count.Sender)
	account.next = max(account.next, count.Nonce)
	for nonce, journaled := range account.txs {
		if nonce < count.Nonce && !journaled.ended {
			journaled.ended, journaled.endedAt = true, at
		}
	}
}

func (l *Ledger) account(sender messages.Address) *account {
	if l.accounts[sender] == nil {
		l.accounts[sender] = &account{txs: map[uint64]*journaled{}}
	}
	return l.accounts[sender]
}

func (l *Ledger) unwind(entry messages.Unwind) ([]any, error) {
	if entry.From != l.cursor || entry.To.Number >= l.cursor.Number {
		return nil, messages.LedgerConflict("unwind", "cursor is "+l.cursor.String())
	}
	if entry.To.Number < l.final {
		return nil, messages.LedgerConflict("unwind", fmt.Sprintf("final is %d", l.final))
	}
	l.cursor = entry.To
	var kept []messages.RequestID
	for _, id := range l.order {
		found := l.rows[id]
		if found.requested.Place.Block.Number > entry.To.Number {
			delete(l.rows, id)
			l.next = min(l.next, id.Number)
			continue
		}
		if found.closed && found.closedAt > entry.To.Number {
			found.closed = false
		}
		kept = append(kept, id)
	}
	l.order = kept
	for _, account := range l.accounts {
		for _, journaled := range account.txs {
			journaled.ended = journaled.ended && journaled.endedAt <= entry.To.Number
		}
	}
	return []any{messages.Unwound{To: entry.To}}, nil
}

func (l *Ledger) send(entry messages.Send) error {
	account, known := l.accounts[entry.Sender]
	if known && account.next != entry.Nonce {
		return messages.LedgerConflict("send", fmt.Sprintf("next nonce is %d", account.next))
	}
	for _, id := range entry.Requests {
		if found := l.rows[id]; found == nil || found.closed || l.sent(id) {
			return messages.LedgerConflict("send", id.String()+" is not open and unsent")
		}
	}
	account = l.account(entry.Sender)
	account.next = entry.Nonce + 1
	journaled := &journaled{tx: messages.JournaledTx{Sender: entry.Sender, Nonce: entry.Nonce,
		Tx: entry.Tx, Hash: entry.Hash, Requests: entry.Requests, SentAt: l.highest}}
	account.txs[entry.Nonce] = journaled
	return nil
}

func (l *Ledger) supersede(entry messages.Supersede) error {
	account := l.accounts[entry.Sender]
	if account == nil || account.txs[entry.Nonce] == nil || account.txs[entry.Nonce].ended ||
		account.txs[entry.Nonce].tx.Superseded {
		return messages.LedgerConflict("supersede", "not open or superseded")
	}
	tx := &account.txs[entry.Nonce].tx
	if l.cursor.Number < tx.SentAt+entry.After {
		return messages.LedgerConflict("supersede", fmt.Sprintf("sent at %d, cursor %d", tx.SentAt,
			l.cursor.Number))
	}
	tx.Superseded = true
	return nil
}

// sent tells whether an open transaction settles the request.
func (l *Ledger) sent(id messages.RequestID) bool {
	for _, account := range l.accounts {
		for _, journaled := range account.txs {
			if !journaled.ended && !journaled.tx.Superseded &&
				slices.Contains(journaled.tx.Requests, id) {
				return true
			}
		}
	}
	return false
}

func (l *Ledger) close(entry messages.Close) ([]any, error) {
	found := l.rows[entry.Request]
	if found == nil || found.closed {
		return nil, messages.LedgerConflict("close", entry.Request.String()+" is not open")
	}
	found.closed, found.closedAt = true, entry.At.Number
	return []any{messages.Closed{Request: entry.Request, Outcome: entry.Outcome, At: entry.At}}, nil
}

// Cursor is the last admitted block.
func (l *Ledger) Cursor() messages.BlockRef {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cursor
}

// Final is the highest final block named by an Admit.
func (l *Ledger) Final() messages.Height {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.final
}

// NextRequest is the number the next request must have.
func (l *Ledger) NextRequest() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next
}

// Senders are the accounts that ever sent.
func (l *Ledger) Senders() []messages.Address {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.accounts))
}

// NextNonce is the nonce the sender's next Send must have; false where it never sent.
func (l *Ledger) NextNonce(sender messages.Address) (uint64, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	account, known := l.accounts[sender]
	if !known {
		return 0, false
	}
	return account.next, true
}

// Row reads a row.
func (l *Ledger) Row(id messages.RequestID) (_ messages.Requested, open, sent, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := l.rows[id]
	if found == nil {
		return messages.Requested{}, false, false, false
	}
	return found.requested, !found.closed, !found.closed && l.sent(id), true
}

// Journal yields the open transactions, ascending by sender and nonce.
func (l *Ledger) Journal(yield func(messages.JournaledTx) bool) {
	l.mu.Lock()
	var open []messages.JournaledTx
	for _, account := range l.accounts {
		for _, nonce := range slices.Sorted(maps.Keys(account.txs)) {
			if journaled := account.txs[nonce]; !journaled.ended {
				open = append(open, journaled.tx)
			}
		}
	}
	l.mu.Unlock()
	slices.SortStableFunc(open, func(a, b messages.JournaledTx) int {
		return slices.Compare(a.Sender[:], b.Sender[:])
	})
	for _, tx := range open {
		if !yield(tx) {
			return
		}
	}
}

// Entries returns what was applied, in order.
func (l *Ledger) Entries() []messages.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.log)
}
