package ethereum

import (
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"kmsgateway/actors/ethereum/endpoint"
	"kmsgateway/messages"
	"kmsgateway/messages/contracts"
)

// requestLog is a request's log as the contract emits it, with values of the test's choice.
func requestLog(t *testing.T, c *Client, number *big.Int, handles [][32]byte, proof uint8) types.Log {
	t.Helper()
	heights := make([]uint64, len(handles))
	data, err := c.contract.GetABI().Events["DecryptionRequested"].Inputs.NonIndexed().Pack(
		[32]byte{7}, handles, heights, [4]byte{}, contracts.Options{Proof: proof}, big.NewInt(3))
	if err != nil {
		t.Fatal(err)
	}
	return types.Log{Address: common.Address(c.gateway), Data: data, Topics: []common.Hash{
		c.topics.requested, common.BigToHash(number), {}, {}}}
}

func TestUndecodableLogsAreSetAside(t *testing.T) {
	contract := contracts.NewGatewayContract()
	c := &Client{chainID: 1, contract: contract, topics: topicsOf(contract)}
	good := requestLog(t, c, big.NewInt(1), [][32]byte{{1}}, 1)
	bad := map[string]types.Log{
		"no handles":    requestLog(t, c, big.NewInt(1), nil, 1),
		"17 handles":    requestLog(t, c, big.NewInt(1), make([][32]byte, 17), 1),
		"no proof":      requestLog(t, c, big.NewInt(1), [][32]byte{{1}}, 0),
		"unknown proof": requestLog(t, c, big.NewInt(1), [][32]byte{{1}}, 3),
		"number 0":      requestLog(t, c, big.NewInt(0), [][32]byte{{1}}, 1),
		"number 2^64": requestLog(t, c, new(big.Int).Lsh(big.NewInt(1), 64),
			[][32]byte{{1}}, 1),
		"no data":         {Topics: good.Topics},
		"cut short":       {Topics: good.Topics, Data: good.Data[:len(good.Data)-32]},
		"topics missing":  {Topics: good.Topics[:2], Data: good.Data},
		"fulfilled, none": {Topics: []common.Hash{c.topics.fulfilled}},
		"rejected, none":  {Topics: []common.Hash{c.topics.rejected}},
		"expired, none":   {Topics: []common.Hash{c.topics.expired}},
	}
	for name, log := range bad {
		t.Run(name, func(t *testing.T) {
			logs := []endpoint.Log{{Log: log, Place: messages.EventPlace{LogIndex: 1}},
				{Log: good, Place: messages.EventPlace{LogIndex: 2}}}
			span := c.span([]*types.Header{{Number: big.NewInt(5)}}, [][]endpoint.Log{logs})
			if len(span.Quarantined) != 1 || span.Quarantined[0].Place.LogIndex != 1 ||
				span.Quarantined[0].Err == "" {
				t.Errorf("set aside: %+v", span.Quarantined)
			}
			if len(span.Events) != 1 || span.Events[0].Requested.Place.LogIndex != 2 {
				t.Errorf("the good one beside it: %+v", span.Events)
			}
		})
	}
	foreign := []endpoint.Log{{Log: types.Log{}}, {Log: types.Log{Topics: []common.Hash{{9}}}}}
	span := c.span([]*types.Header{{Number: big.NewInt(5)}}, [][]endpoint.Log{foreign})
	if len(span.Quarantined)+len(span.Events) != 0 {
		t.Errorf("other events of the contract: %+v", span)
	}
}
