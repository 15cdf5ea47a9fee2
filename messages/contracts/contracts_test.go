package contracts_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"kmsgateway/messages/contracts"
)

// The bindings carry what the committed artefacts hold; make check also runs the generators.
func TestBindingsAreOfTheCommittedArtefacts(t *testing.T) {
	for name, meta := range map[string]*bind.MetaData{
		"GatewayContract":  &contracts.GatewayContractMetaData,
		"KMSRegistry":      &contracts.KMSRegistryMetaData,
		"SealedBidAuction": &contracts.SealedBidAuctionMetaData,
		"SecretNote":       &contracts.SecretNoteMetaData,
	} {
		content, err := os.ReadFile(filepath.Join("artifacts", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var artefact struct {
			ABI      json.RawMessage
			Bytecode string
		}
		if err := json.Unmarshal(content, &artefact); err != nil {
			t.Fatal(err)
		}
		// abigen leaves out all space, also within names of types.
		if meta.ABI != strings.Join(strings.Fields(string(artefact.ABI)), "") {
			t.Errorf("%s: another ABI", name)
		}
		if meta.Bin != artefact.Bytecode {
			t.Errorf("%s: another bytecode", name)
		}
		const limit = 49152 // EIP-3860, initcode
		if size := len(common.FromHex(meta.Bin)); size == 0 || size > limit {
			t.Errorf("%s: %d bytes of initcode", name, size)
		}
	}
}

// The promises of DESIGN.md, from receipts of a real node under the rules of Osaka: cold slots, random
// inputs. One settlement goes before, since the first fee of a key costs a new slot.
func TestReceiptsKeepTheGasPromises(t *testing.T) {
	c := newChain(t)
	c.settle(c.ask(32))
	t.Run("register 1 KB through an app", func(t *testing.T) {
		_, receipt := c.write(1024)
		within(t, receipt, 110_000)
	})
	for _, size := range []int{32, 256} {
		asked := c.ask(size)
		receipt := c.settle(asked)
		within(t, receipt, 120_000)
		c.delivered(asked, receipt)
	}
	t.Run("settle a rejection", func(t *testing.T) {
		asked := c.ask(32)
		asked.outcomes = []contracts.Outcome{{Handle: asked.outcomes[0].Handle, Status: malformed}}
		within(t, c.settle(asked), 200_000)
	})
	t.Run("verify one opening", func(t *testing.T) {
		asked := c.ask(1024)
		data := c.gateway.PackVerifyOpening(keyID, asked.outcomes[0])
		receipt := c.send(c.gatewayAt, data, 0)
		// What a transaction costs before its code runs is no verification.
		within(t, receipt, 35_000+intrinsic(data))
	})
	t.Run("verify one attestation", func(t *testing.T) {
		id := common.Hash{7}
		point := c.sign(id)
		data := c.registry.PackVerifyQuorum(keyID, id, point[:])
		within(t, c.send(c.registryAt, data, 0), 150_000+intrinsic(data))
	})
}

// What crypto/vetkd computes off the chain is what the contracts compute on it.
func TestTheChainTakesWhatGoComputes(t *testing.T) {
	c := newChain(t)
	asked := c.ask(100)
	call(c, c.gatewayAt, c.gateway.PackInputIdOf(c.noteAt, c.user.From, asked.salt),
		c.gateway.UnpackInputIdOf, func(id [32]byte) bool { return id == asked.outcomes[0].InputId })
	forged := asked
	forged.outcomes = slices.Clone(asked.outcomes)
	forged.outcomes[0].Plaintext = bytes.Clone(forged.outcomes[0].Plaintext)
	forged.outcomes[0].Plaintext[0] ^= 1
	c.refused(forged, "GatewayOpeningInvalid")
	receipt := c.settle(asked)
	c.delivered(asked, receipt)
	c.refused(asked, "GatewayNotPending")
}

func TestTheQuorumSignsWhatTheChainChecks(t *testing.T) {
	c := newChain(t)
	asked := c.ask(32)
	asked.outcomes = []contracts.Outcome{{Handle: asked.outcomes[0].Handle, Status: malformed}}
	unsigned := asked
	unsigned.attestation = make([]byte, 128)
	c.refused(unsigned, "GatewayAttestationInvalid")
	receipt := c.settle(asked)
	for _, log := range receipt.Logs {
		if event, err := c.gateway.UnpackDecryptionRejectedEvent(log); err == nil {
			if event.Reason != malformed || !event.CallbackSucceeded {
				t.Errorf("reason %d, callback %t", event.Reason, event.CallbackSucceeded)
			}
			return
		}
	}
	t.Error("no rejection")
}

func within(t *testing.T, receipt *types.Receipt, bound uint64) {
	t.Helper()
	t.Logf("%d gas, at most %d", receipt.GasUsed, bound)
	if receipt.GasUsed > bound {
		t.Errorf("%d gas, more than %d", receipt.GasUsed, bound)
	}
}

// intrinsic is the gas of a transaction's calldata and of the transaction itself (EIP-2028).
func intrinsic(data []byte) uint64 {
	zeros := uint64(bytes.Count(data, []byte{0}))
	return 21_000 + 4*zeros + 16*(uint64(len(data))-zeros)
}

func random(t testing.TB, size int) []byte {
	t.Helper()
	out := make([]byte, size)
	if _, err := rand.Read(out); err != nil {
		t.Fatal(err)
	}
	return out
}
