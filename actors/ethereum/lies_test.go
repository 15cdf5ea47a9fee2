package ethereum_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ethereum/go-ethereum/common/hexutil"

	"kmsgateway/actors/ethereum"
	"kmsgateway/actors/party"
	"kmsgateway/messages"
)

var _ party.Chain = (*ethereum.Client)(nil)

// lie makes another result of an honest answer.
type lie = func(honest rpcCall) json.RawMessage

// receipts changes the answer to eth_getBlockReceipts.
func receipts(change func([]map[string]any) []map[string]any) lie {
	return func(honest rpcCall) json.RawMessage {
		var all []map[string]any
		if honest.Method != "eth_getBlockReceipts" || json.Unmarshal(honest.Result, &all) != nil {
			return honest.Result
		}
		encoded, _ := json.Marshal(change(all))
		return encoded
	}
}

// headers changes every header.
func headers(change func(map[string]any)) lie {
	return func(honest rpcCall) json.RawMessage {
		if honest.Method != "eth_getBlockByNumber" {
			return honest.Result
		}
		return edit(honest.Result, change)
	}
}

// logsIn finds the first receipt with a log.
func logsIn(all []map[string]any) (receipt map[string]any, logs []any) {
	for _, receipt := range all {
		if logs, _ := receipt["logs"].([]any); len(logs) > 0 {
			return receipt, logs
		}
	}
	return nil, nil
}

// What a lying endpoint may do to blocks and logs. Each must be noticed, and an honest second
// endpoint must serve in its place.
var lies = map[string]lie{
	"omits a log": receipts(func(all []map[string]any) []map[string]any {
		receipt, logs := logsIn(all)
		receipt["logs"] = logs[:len(logs)-1]
		return all
	}),
	"omits a receipt": receipts(func(all []map[string]any) []map[string]any { return all[1:] }),
	"omits all":       receipts(func([]map[string]any) []map[string]any { return nil }),
	"doubles a log": receipts(func(all []map[string]any) []map[string]any {
		receipt, logs := logsIn(all)
		receipt["logs"] = append(logs, logs[0])
		return all
	}),
	"changes a log's data": receipts(func(all []map[string]any) []map[string]any {
		_, logs := logsIn(all)
		log := logs[0].(map[string]any)
		data := []byte(log["data"].(string))
		slices.Reverse(data[2:])
		log["data"] = string(data)
		return all
	}),
	"gives a log to another contract": receipts(func(all []map[string]any) []map[string]any {
		_, logs := logsIn(all)
		logs[0].(map[string]any)["address"] = "0x00000000000000000000000000000000000000ff"
		return all
	}),
	"answers null receipts": receipts(func([]map[string]any) []map[string]any {
		return []map[string]any{nil}
	}),
	"answers null logs": receipts(func(all []map[string]any) []map[string]any {
		receipt, _ := logsIn(all)
		receipt["logs"] = []any{nil}
		return all
	}),
	"clears the bloom": headers(func(head map[string]any) {
		head["logsBloom"] = "0x" + strings.Repeat("00", 256)
	}),
	"changes the receipts root": headers(func(head map[string]any) {
		head["receiptsRoot"] = "0x" + strings.Repeat("11", 32)
	}),
	"changes a parent": headers(func(head map[string]any) {
		head["parentHash"] = "0x" + strings.Repeat("22", 32)
	}),
	"answers garbage": func(rpcCall) json.RawMessage { return json.RawMessage(`{"number":"0x1"}`) },
}

// stuck answers every question about a block with the first such answer.
func stuck() lie {
	var mutex sync.Mutex
	var first json.RawMessage
	return func(honest rpcCall) json.RawMessage {
		mutex.Lock()
		defer mutex.Unlock()
		if honest.Method != "eth_getBlockByNumber" {
			return honest.Result
		}
		if first == nil {
			first = honest.Result
		}
		return first
	}
}

func TestLiesOfAnEndpointAreNoticed(t *testing.T) {
	d := newDevChain(t)
	honest := d.endpoint()
	asked := d.asked(d.dial(honest), messages.ProofOpening, 1)
	from, to := d.made.Block, asked.Place.Block.Number
	lies := maps.Clone(lies)
	lies["answers another block"] = stuck()
	for name, lie := range lies {
		t.Run(name, func(t *testing.T) {
			liar := d.endpoint()
			alone := d.dial(liar)
			helped := dialed(t, d.config(liar.url(), honest.url()))
			liar.lies(lie)
			_, scanned := alone.Scan(t.Context(), from, to)
			_, read := alone.RequestedAt(t.Context(), asked.Request, asked.Place)
			for _, err := range []error{scanned, read} {
				if messages.CodeOf(err) != messages.CodeChainInconsistent {
					t.Errorf("alone: %v", err)
				}
			}
			span, err := helped.Scan(t.Context(), from, to)
			if err != nil || len(span.Events) != 1 {
				t.Errorf("with an honest one beside: %d events, %v", len(span.Events), err)
			}
			event, err := helped.RequestedAt(t.Context(), asked.Request, asked.Place)
			if err != nil || event.Request != asked.Request {
				t.Errorf("with an honest one beside: %+v, %v", event, err)
			}
		})
	}
}

// Headers that are true, each for itself, but not of one chain, or not the one asked for.
func TestHeadersMustBeOfOneChain(t *testing.T) {
	d := newDevChain(t)
	e := d.endpoint()
	client := d.dial(e)
	for range 3 {
		d.backend.Commit()
	}
	tip := d.tip(client)
	orphan, err := d.header(tip - 1)
	if err != nil {
		t.Fatal(err)
	}
	d.reorg(2, false)
	e.lies(func(honest rpcCall) json.RawMessage {
		if string(honest.Params[0]) == fmt.Sprintf("%q", hexutil.EncodeUint64(uint64(tip-1))) {
			return orphan
		}
		return honest.Result
	})
	if _, err := client.Scan(t.Context(), tip-2, tip); messages.CodeOf(err) !=
		messages.CodeChainInconsistent || !strings.Contains(err.Error(), "parent") {
		t.Errorf("an orphan in the middle: %v", err)
	}
	e.lies(func(rpcCall) json.RawMessage { return orphan })
	_, scanned := client.Scan(t.Context(), tip-2, tip-2)
	_, read := client.Head(t.Context(), tip-2)
	for _, err := range []error{scanned, read} {
		if messages.CodeOf(err) != messages.CodeChainInconsistent {
			t.Errorf("another block than asked for: %v", err)
		}
	}
}

// header is the answer to eth_getBlockByNumber as it is now.
func (d *devChain) header(at messages.Height) (raw json.RawMessage, err error) {
	err = d.raw.CallContext(d.t.Context(), &raw, "eth_getBlockByNumber", hexutil.Uint64(at), false)
	return raw, err
}

func TestRequestedAtBelievesOnlyTheCanonicalBlock(t *testing.T) {
	d := newDevChain(t)
	client := d.dial(d.endpoint())
	first := d.asked(client, messages.ProofOpening, 2)
	second := d.asked(client, messages.ProofQuorum, 1)

	got, err := client.RequestedAt(t.Context(), second.Request, second.Place)
	if err != nil || got.Request != second.Request || got.Key != keyID ||
		!slices.Equal(got.Handles, second.Handles) || got.Options.Proof != messages.ProofQuorum ||
		got.App != d.app.Address() || got.BlockTime == 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	bent := map[string]func(*messages.RequestID, *messages.EventPlace){
		"another digest": func(id *messages.RequestID, _ *messages.EventPlace) { id.Digest[0] ^= 1 },
		"another number": func(id *messages.RequestID, _ *messages.EventPlace) { id.Number-- },
		"another chain":  func(id *messages.RequestID, _ *messages.EventPlace) { id.Chain++ },
		"another request's place": func(_ *messages.RequestID, at *messages.EventPlace) {
			*at = first.Place
		},
		"another hash": func(_ *messages.RequestID, at *messages.EventPlace) { at.Block.Hash[0] ^= 1 },
		"another log":  func(_ *messages.RequestID, at *messages.EventPlace) { at.LogIndex++ },
	}
	for name, bend := range bent {
		id, at := second.Request, second.Place
		bend(&id, &at)
		if _, err := client.RequestedAt(t.Context(), id, at); messages.CodeOf(err) !=
			messages.CodeEventMismatch {
			t.Errorf("%s: %v", name, err)
		}
	}
	beyond := second.Place
	beyond.Block.Number += 100
	if _, err := client.RequestedAt(t.Context(), second.Request, beyond); messages.CodeOf(err) !=
		messages.CodeChainUnavailable {
		t.Errorf("above the latest block: %v", err)
	}
	d.reorg(1, false)
	if _, err := client.RequestedAt(t.Context(), second.Request, second.Place); messages.CodeOf(err) !=
		messages.CodeEventMismatch {
		t.Errorf("after a reorg took the block away: %v", err)
	}
}

func TestABlockIsProvenOnce(t *testing.T) {
	d := newDevChain(t)
	e := d.endpoint()
	client := d.dial(e)
	handles := d.inputs(3, 32)
	asked := d.requested(client, messages.ProofOpening, handles...)
	before := e.count("eth_getBlockReceipts")
	for range 5 {
		if _, err := client.RequestedAt(t.Context(), asked.Request, asked.Place); err != nil {
			t.Fatal(err)
		}
		for i, handle := range handles {
			if _, err := client.Registration(t.Context(), handle, asked.RegisteredAt[i]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := e.count("eth_getBlockReceipts") - before; n != 2 {
		t.Errorf("two blocks' receipts were read %d times", n)
	}
}

func TestRegistrationIsFoundWhereItIs(t *testing.T) {
	d := newDevChain(t)
	client := d.dial(d.endpoint())
	asked := d.asked(client, messages.ProofOpening, 2)
	for i, handle := range asked.Handles {
		got, err := client.Registration(t.Context(), handle, asked.RegisteredAt[i])
		if err != nil {
			t.Fatal(err)
		}
		outcome := d.opened[handle]
		if got.Handle != handle || got.App != d.app.Address() || got.Key != keyID ||
			got.Salt == (messages.Hash{}) || got.Owner != (messages.Address{0x0f}) ||
			len(got.Ciphertext) != messages.CiphertextHead+32 ||
			[96]byte(got.Ciphertext[8:104]) != outcome.C1 {
			t.Errorf("%+v", got)
		}
	}
	for name, at := range map[string]messages.Height{
		"the block before": asked.RegisteredAt[0] - 1, "the request's block": asked.Place.Block.Number,
	} {
		if _, err := client.Registration(t.Context(), asked.Handles[0], at); messages.CodeOf(err) !=
			messages.CodeCiphertextMissing {
			t.Errorf("%s: %v", name, err)
		}
	}
}
