package ledger

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"

	"kmsgateway/messages"
	"kmsgateway/messages/wire"
)

const (
	// snapshotVersion is the first byte of a snapshot; a reader that meets another stops.
	snapshotVersion = 1
	// maxRecord bounds one record of a snapshot: an account with some thousand transactions.
	maxRecord = 1 << 30
)

// frozen copies what a snapshot needs; rows and transactions themselves never change.
func (s *state) frozen() *state {
	copied := *s
	copied.rows, copied.users = slices.Clone(s.rows), slices.Clone(s.users)
	copied.userRows, copied.claims = nil, nil
	copied.accounts = make(map[messages.Address]*account, len(s.accounts))
	for sender, a := range s.accounts {
		copied.accounts[sender] = &account{next: a.next, journal: slices.Clone(a.journal)}
	}
	copied.members = maps.Clone(s.members)
	return &copied
}

// encode writes the state: a version byte, then records, each after its length. The same state
// gives the same bytes.
func (s *state) encode(to io.Writer) error {
	w := bufio.NewWriter(to)
	w.WriteByte(snapshotVersion)
	put := func(record *wire.Record) error {
		encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(record)
		if err != nil {
			return fmt.Errorf("encode snapshot record: %w", err)
		}
		w.Write(binary.AppendUvarint(nil, uint64(len(encoded))))
		_, err = w.Write(encoded) // the writer repeats an earlier error
		return err
	}
	if err := put(&wire.Record{Record: &wire.Record_Head_{Head: s.head()}}); err != nil {
		return err
	}
	for _, r := range s.rows {
		if err := put(&wire.Record{Record: &wire.Record_Row_{Row: &wire.Record_Row{
			Requested: messages.RequestedToWire(r.requested),
			Closing:   r.closing.toWire()}}}); err != nil {
			return err
		}
	}
	for _, u := range s.users {
		if err := put(&wire.Record{Record: &wire.Record_User_{User: &wire.Record_User{
			Admit:   messages.AdmitUserToWire(u.admitted),
			Closing: u.closing.toWire()}}}); err != nil {
			return err
		}
	}
	for _, sender := range s.senders() {
		if err := put(&wire.Record{Record: &wire.Record_Account_{
			Account: s.accounts[sender].toWire(sender)}}); err != nil {
			return err
		}
	}
	for _, m := range s.table().Members {
		if err := put(&wire.Record{Record: &wire.Record_Member_{Member: &wire.Record_Member{
			Up: messages.MemberUpToWire(m.MemberUp), Down: m.Down,
			DownAt: m.DownAt}}}); err != nil {
			return err
		}
	}
	return w.Flush()
}

// head is the record that comes first: it says how many of each follow, so that a snapshot cut
// between two records is noticed.
func (s *state) head() *wire.Record_Head {
	return &wire.Record_Head{Cursor: messages.BlockRefToWire(s.cursor), Final: uint64(s.final),
		Next: s.next, Chain: uint64(s.chain),
		Fulfilled: s.ended[messages.OutcomeFulfilled], Rejected: s.ended[messages.OutcomeRejected],
		Expired: s.ended[messages.OutcomeExpired], Answered: s.ended[messages.OutcomeAnswered],
		Rows: uint64(len(s.rows)), Users: uint64(len(s.users)),
		Accounts: uint64(len(s.accounts)), Members: uint64(len(s.members)), Index: s.index,
		Highest: uint64(s.highest)}
}

// toWire encodes how a row ended; an open one has nothing to encode.
func (c *closing) toWire() *wire.Record_Closing {
	if c == nil {
		return nil
	}
	return &wire.Record_Closing{Outcome: wire.Outcome(c.outcome), At: uint64(c.at),
		ByEvent: c.byEvent}
}

// toWire encodes an account with all of its journal that is kept, ended nonces too: until they are
// final a reorg may open them again.
func (a *account) toWire(sender messages.Address) *wire.Record_Account {
	w := &wire.Record_Account{Sender: sender[:], Next: a.next}
	for _, j := range a.journal {
		item := &wire.Journaled{Send: messages.SendToWire(messages.Send{Sender: sender,
			Nonce: j.tx.Nonce, Tx: j.tx.Tx, Hash: j.tx.Hash, Requests: j.tx.Requests}),
			Bump: j.tx.Bump, Superseded: j.tx.Superseded, Ended: j.ended != nil,
			SentAt: uint64(j.tx.SentAt)}
		if j.ended != nil {
			item.EndedAt = uint64(*j.ended)
		}
		w.Journal = append(w.Journal, item)
	}
	return w
}

// checkSnapshotVersion reads the first byte of a snapshot.
func checkSnapshotVersion(from io.Reader) error {
	var version [1]byte
	if _, err := io.ReadFull(from, version[:]); err != nil {
		return fmt.Errorf("read snapshot version: %w", err)
	}
	if version[0] != snapshotVersion {
		return messages.MalformedField("snapshot.version",
			fmt.Sprintf("this program reads version %d, not %d", snapshotVersion, version[0]))
	}
	return nil
}

// decodeState reads what encode wrote, whole or not at all.
func decodeState(from io.Reader) (*state, error) {
	r := bufio.NewReader(from)
	if err := checkSnapshotVersion(r); err != nil {
		return nil, err
	}
	s := newState()
	first, err := readRecord(r)
	if err != nil {
		return nil, err
	}
	head := first.GetHead()
	if head == nil {
		return nil, messages.MalformedField("snapshot.head", "missing")
	}
	if err := s.setHead(head); err != nil {
		return nil, err
	}
	for {
		record, err := readRecord(r)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = s.add(record)
		}
		if err != nil {
			return nil, err
		}
	}
	said := [4]uint64{head.Rows, head.Users, head.Accounts, head.Members}
	found := [4]uint64{uint64(len(s.rows)), uint64(len(s.users)), uint64(len(s.accounts)),
		uint64(len(s.members))}
	if said != found {
		return nil, messages.MalformedField("snapshot.head", fmt.Sprintf(
			"counts %d of rows, users, accounts, members; the snapshot has %d", said, found))
	}
	return s, nil
}

// readRecord returns io.EOF where the snapshot ends between two records.
func readRecord(r *bufio.Reader) (*wire.Record, error) {
	length, err := binary.ReadUvarint(r)
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, fmt.Errorf("read snapshot record: %w", err)
	}
	if length > maxRecord {
		return nil, messages.MalformedField("snapshot.record",
			fmt.Sprintf("want at most %d bytes, got %d", maxRecord, length))
	}
	var encoded bytes.Buffer // grows with what is there, not with what is claimed
	if _, err := io.CopyN(&encoded, r, int64(length)); err != nil {
		return nil, fmt.Errorf("read snapshot record: %w", io.ErrUnexpectedEOF)
	}
	record := new(wire.Record)
	return record, messages.UnmarshalStrict(encoded.Bytes(), record)
}

// setHead reads the scalars; what is derived is counted as rows and accounts come in.
func (s *state) setHead(head *wire.Record_Head) error {
	cursor, err := messages.BlockRefFromWire(head.Cursor)
	if err != nil {
		return err
	}
	if head.Next == 0 {
		return messages.MalformedField("snapshot.head.next", "want 1 or more")
	}
	s.cursor, s.final = cursor, messages.Height(head.Final)
	s.next, s.chain, s.index = head.Next, messages.ChainID(head.Chain), head.Index
	s.highest = max(messages.Height(head.Highest), cursor.Number)
	s.ended[messages.OutcomeFulfilled], s.ended[messages.OutcomeRejected] =
		head.Fulfilled, head.Rejected
	s.ended[messages.OutcomeExpired], s.ended[messages.OutcomeAnswered] =
		head.Expired, head.Answered
	return nil
}

// add takes one record after the head.
func (s *state) add(record *wire.Record) error {
	switch inner := record.GetRecord().(type) {
	case *wire.Record_Row_:
		return s.addRow(inner.Row)
	case *wire.Record_User_:
		return s.addUser(inner.User)
	case *wire.Record_Account_:
		return s.addAccount(inner.Account)
	case *wire.Record_Member_:
		return s.addMember(inner.Member)
	default:
		return messages.MalformedField("snapshot.record", "want row, user, account or member")
	}
}

// closingFromWire decodes how a row ended and counts it among what is to be pruned.
func (s *state) closingFromWire(w *wire.Record_Closing) (*closing, error) {
	if w == nil {
		return nil, nil
	}
	outcome, err := messages.OutcomeFromWire(w.Outcome)
	s.past++
	return &closing{outcome: outcome, at: messages.Height(w.At), byEvent: w.ByEvent}, err
}

// addRow wants rows in order, as find relies on it.
func (s *state) addRow(w *wire.Record_Row) error {
	requested, err := messages.RequestedFromWire(w.GetRequested())
	if err != nil {
		return err
	}
	how, err := s.closingFromWire(w.GetClosing())
	if err != nil {
		return err
	}
	number := requested.Request.Number
	last := uint64(0)
	if len(s.rows) > 0 {
		last = s.rows[len(s.rows)-1].requested.Request.Number
	}
	if number <= last || number >= s.next {
		return messages.MalformedField("snapshot.row",
			fmt.Sprintf("number %d after %d, the next is %d", number, last, s.next))
	}
	s.rows = append(s.rows, &row{requested: requested, closing: how})
	return nil
}

// addUser keeps the order of admission.
func (s *state) addUser(w *wire.Record_User) error {
	admitted, err := messages.AdmitUserFromWire(w.GetAdmit())
	if err != nil {
		return err
	}
	how, err := s.closingFromWire(w.GetClosing())
	if err != nil {
		return err
	}
	if s.userRows[admitted.Request] != nil {
		return messages.MalformedField("snapshot.user", "the same request twice")
	}
	u := &userRow{admitted: admitted, closing: how}
	s.users = append(s.users, u)
	s.userRows[admitted.Request] = u
	return nil
}

// addAccount counts the claims of the journal anew: they are derived, and so cannot disagree.
func (s *state) addAccount(w *wire.Record_Account) error {
	var sender messages.Address
	if len(w.GetSender()) != len(sender) {
		return messages.MalformedField("snapshot.account.sender", "want 20 bytes")
	}
	copy(sender[:], w.GetSender())
	if s.accounts[sender] != nil {
		return messages.MalformedField("snapshot.account", "the same sender twice")
	}
	a := &account{next: w.GetNext()}
	s.accounts[sender] = a
	for _, item := range w.GetJournal() {
		sent, err := messages.SendFromWire(item.GetSend())
		if err != nil {
			return err
		}
		if sent.Sender != sender || sent.Nonce >= a.next ||
			len(a.journal) > 0 && sent.Nonce <= a.journal[len(a.journal)-1].tx.Nonce {
			return messages.MalformedField("snapshot.account.journal", "nonces out of order")
		}
		j := &journaled{tx: messages.JournaledTx{Sender: sender, Nonce: sent.Nonce,
			Bump: item.GetBump(), Tx: sent.Tx, Hash: sent.Hash, Requests: sent.Requests,
			Superseded: item.GetSuperseded(), SentAt: messages.Height(item.GetSentAt())}}
		if item.GetEnded() {
			at := messages.Height(item.GetEndedAt())
			j.ended = &at
			s.past++
		}
		if j.holds() {
			s.claim(j, 1)
		}
		a.journal = append(a.journal, j)
	}
	return nil
}

// addMember wants each name once.
func (s *state) addMember(w *wire.Record_Member) error {
	up, err := messages.MemberUpFromWire(w.GetUp())
	if err != nil {
		return err
	}
	if _, twice := s.members[up.Name]; twice {
		return messages.MalformedField("snapshot.member", "the same name twice")
	}
	s.members[up.Name] = messages.Member{MemberUp: up, Down: w.GetDown(), DownAt: w.GetDownAt()}
	return nil
}
