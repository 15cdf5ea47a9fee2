package ethereum_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"

	"kmsgateway/messages"
)

// rpcServer is a JSON-RPC server over HTTP in front of a chain of this process. It may be made to
// lie or to die.
type rpcServer struct {
	http *httptest.Server
	node *rpc.Client
	sent func(sender messages.Address, nonce uint64) // told of transactions that were taken

	mutex sync.Mutex
	lie   func(honest rpcCall) json.RawMessage // guarded by mutex; gives the result
	dead  bool                                 // guarded by mutex
	stuck chan struct{}                        // guarded by mutex
	calls map[string]int                       // guarded by mutex
}

func (d *devChain) endpoint() *rpcServer {
	d.t.Helper()
	s := &rpcServer{calls: map[string]int{}, node: d.raw, sent: d.expect}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	d.t.Cleanup(s.http.Close)
	return s
}

func (s *rpcServer) url() string { return s.http.URL }

// lies sets what becomes of results; nil makes it honest.
func (s *rpcServer) lies(lie func(honest rpcCall) json.RawMessage) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.lie = lie
}

// dies answers everything with an HTTP error, or lives again.
func (s *rpcServer) dies(dead bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.dead = dead
}

// hangs answers nothing until the channel is closed.
func (s *rpcServer) hangs(until chan struct{}) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.stuck = until
}

func (s *rpcServer) count(method string) int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.calls[method]
}

type rpcCall struct {
	Version string            `json:"jsonrpc"`
	ID      json.RawMessage   `json:"id"`
	Method  string            `json:"method,omitempty"`
	Params  []json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage   `json:"result,omitempty"`
	Error   *rpcFault         `json:"error,omitempty"`
}

type rpcFault struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    any    `json:"data,omitempty"`
}

func (s *rpcServer) serve(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	dead, stuck := s.dead, s.stuck
	s.mutex.Unlock()
	if stuck != nil {
		select {
		case <-stuck:
		case <-r.Context().Done():
			return
		}
	}
	if dead {
		http.Error(w, "gone", http.StatusBadGateway)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var reply any
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		var calls []rpcCall
		if json.Unmarshal(body, &calls) != nil {
			return
		}
		for i := range calls {
			calls[i] = s.answer(r, calls[i])
		}
		reply = calls
	} else {
		var call rpcCall
		if json.Unmarshal(body, &call) != nil {
			return
		}
		reply = s.answer(r, call)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(reply)
}

func (s *rpcServer) answer(r *http.Request, call rpcCall) rpcCall {
	s.mutex.Lock()
	s.calls[call.Method]++
	lie := s.lie
	s.mutex.Unlock()
	arguments := make([]any, len(call.Params))
	for i, param := range call.Params {
		arguments[i] = param
	}
	var result json.RawMessage
	err := s.node.CallContext(r.Context(), &result, call.Method, arguments...)
	reply := rpcCall{Version: "2.0", ID: call.ID, Result: result}
	if err == nil && call.Method == "eth_sendRawTransaction" {
		s.taken(call.Params[0])
	}
	if err != nil {
		reply.Result, reply.Error = nil, faultOf(err)
	} else if lie != nil {
		call.Result = result
		reply.Result = lie(call)
	}
	return reply
}

// taken reads sender and nonce of a transaction.
func (s *rpcServer) taken(param json.RawMessage) {
	var raw hexutil.Bytes
	var tx types.Transaction
	if json.Unmarshal(param, &raw) != nil || tx.UnmarshalBinary(raw) != nil {
		return
	}
	sender, err := types.Sender(types.LatestSignerForChainID(tx.ChainId()), &tx)
	if err == nil {
		s.sent(messages.Address(sender), tx.Nonce())
	}
}

func faultOf(err error) *rpcFault {
	fault := &rpcFault{Code: -32000, Message: err.Error()}
	var coded rpc.Error
	if errors.As(err, &coded) {
		fault.Code = coded.ErrorCode()
	}
	var data rpc.DataError
	if errors.As(err, &data) {
		fault.Data = data.ErrorData()
	}
	return fault
}

// edit changes fields of a result that is an object or a list of objects.
func edit(result json.RawMessage, change func(object map[string]any)) json.RawMessage {
	var decoded any
	if json.Unmarshal(result, &decoded) != nil {
		return result
	}
	switch decoded := decoded.(type) {
	case map[string]any:
		change(decoded)
	case []any:
		for _, item := range decoded {
			change(item.(map[string]any))
		}
	}
	encoded, _ := json.Marshal(decoded)
	return encoded
}
