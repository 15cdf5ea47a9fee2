package messages_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"kmsgateway/messages"
)

func TestErrorTellsItsContextOnOneLine(t *testing.T) {
	request := messages.RequestID{Chain: 31337, Number: 42, Digest: messages.Hash{1}}
	handle := messages.Handle{0xaa}
	for _, row := range []struct {
		name  string
		err   *messages.GatewayError
		code  messages.Code
		tells []string
	}{
		{"malformed field", messages.MalformedField("sign_share.key", "want 32 bytes"),
			messages.CodeMalformedInput, []string{"sign_share.key", "want 32 bytes"}},
		{"bad config", messages.BadConfig("raft.dir", "is empty"), messages.CodeConfig,
			[]string{"raft.dir", "is empty"}},
		{"ACL denied", messages.ACLDenied(handle, messages.Address{0xbb}), messages.CodeACLDenied,
			[]string{handle.String(), "0xbb00"}},
		{"party refused", messages.PartyRefused(3, "eu-west", messages.CodePolicy, "paused"),
			messages.CodePolicy, []string{"party-3", "eu-west", "paused"}},
		{"party unreachable", messages.PartyUnreachable(2, "us-east", io.ErrUnexpectedEOF),
			messages.CodePartyUnreachable, []string{"party-2", "us-east", "unexpected EOF"}},
		{"party garbage", messages.PartyGarbage(2, "us-east", "3 shares for 2 inputs"),
			messages.CodePartyGarbage, []string{"party-2", "3 shares for 2 inputs"}},
		{"event mismatch", messages.EventMismatch(request, "no such log"),
			messages.CodeEventMismatch, []string{"31337/42", "no such log"}},
		{"event not final", messages.EventNotFinal(request, 90, 80), messages.CodeEventNotFinal,
			[]string{"31337/42", "block 90", "final 80"}},
		{"chain unavailable", messages.ChainUnavailable("read head", io.EOF),
			messages.CodeChainUnavailable, []string{"read head", "EOF"}},
		{"chain inconsistent", messages.ChainInconsistent("prove logs", "roots differ"),
			messages.CodeChainInconsistent, []string{"prove logs", "roots differ"}},
		{"ciphertext missing", messages.CiphertextMissing(handle, io.EOF),
			messages.CodeCiphertextMissing, []string{handle.String(), "EOF"}},
		{"unknown key", messages.UnknownKey(messages.KeyID{0xcc}), messages.CodeUnknownKey,
			[]string{"0xcc00"}},
		{"below threshold", messages.BelowThreshold(request, 1, 2, []messages.PartyIndex{2, 3}),
			messages.CodeBelowThreshold, []string{"1 of 2", "party-2", "party-3"}},
		{"ledger conflict", messages.LedgerConflict("send", "nonce 4"), messages.CodeConflict,
			[]string{"apply send", "nonce 4"}},
		{"not leader", messages.NotLeader("propose"), messages.CodeNotLeader,
			[]string{"propose"}},
		{"storage failed", messages.StorageFailed("append", io.ErrShortWrite),
			messages.CodeStorage, []string{"append", "short write"}},
		{"refused", messages.Refused(messages.CodeOverloaded, "admit", "4000 in flight"),
			messages.CodeOverloaded, []string{"admit", "4000 in flight"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			line := row.err.Error()
			for _, part := range append(row.tells, string(row.code)) {
				if !strings.Contains(line, part) {
					t.Errorf("%q does not tell %q", line, part)
				}
			}
			if strings.Contains(line, "\n") {
				t.Errorf("%q is more than a line", line)
			}
			if got := messages.CodeOf(fmt.Errorf("post: %w", row.err)); got != row.code {
				t.Errorf("code %s, want %s", got, row.code)
			}
			if !errors.Is(row.err, &messages.GatewayError{Code: row.code}) {
				t.Error("is not found by its code")
			}
			if errors.Is(row.err, &messages.GatewayError{Code: messages.CodeInternal}) {
				t.Error("is found by another code")
			}
		})
	}
}

func TestErrorKeepsItsCause(t *testing.T) {
	if err := messages.StorageFailed("append", io.ErrShortWrite); !errors.Is(err,
		io.ErrShortWrite) {
		t.Error("the cause is lost")
	}
}

func TestCodeOfWhatIsNotOurs(t *testing.T) {
	if code := messages.CodeOf(io.EOF); code != messages.CodeInternal {
		t.Errorf("a foreign error has code %q", code)
	}
	if code := messages.CodeOf(nil); code != "" {
		t.Errorf("no error has code %q", code)
	}
}

func TestEveryReasonHelps(t *testing.T) {
	seen := map[messages.Code]bool{}
	for _, reason := range messages.Reasons() {
		if seen[reason.Code] {
			t.Errorf("%s is listed twice", reason.Code)
		}
		seen[reason.Code] = true
		if reason.Code == "" || reason.Short == "" || reason.Long == "" || reason.Remedy == "" {
			t.Errorf("%s says too little", reason.Code)
		}
		if reason.Class != messages.Permanent && reason.Class != messages.Transient {
			t.Errorf("%s has no class", reason.Code)
		}
		if got := messages.ReasonOf(reason.Code); got != reason {
			t.Errorf("%s is explained as %s", reason.Code, got.Code)
		}
	}
	if got := messages.ReasonOf("BAD_MOOD").Code; got != messages.CodeInternal {
		t.Errorf("an unknown code is explained as %s", got)
	}
}
