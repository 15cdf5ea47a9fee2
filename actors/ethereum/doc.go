// Package ethereum is the adapter to an EVM chain over JSON-RPC: the only room that imports
// go-ethereum and the contracts' bindings. It is no actor.
//
//	Dial         a Client of one chain and one gateway contract, over several endpoints
//	Client       chain.Source for the listener; Final and RequestedAt for a party; Registration
//	             for the ciphertext store; Key for who reads the registry
//	NewOutlet    chain.Outlet: settlements, signed with a Key
//	Deploy       puts registry and gateway on a chain; StageKey and ActivateKey name a key there
//
// Nothing an endpoint says is believed where it can be recomputed. A header's hash is computed from
// its fields. A block's logs are all of them: where the header's bloom admits a log of ours, every
// receipt is read and the receipts root recomputed, so that neither an invented nor an omitted log
// passes. What no proof covers here is that a header is the chain's at all: several endpoints of
// different operators, and an own node first, are for that.
//
// Each endpoint has a circuit of its own. Calls go to the first endpoint that serves, in the
// configured order; one that takes over must know the newest finalized block seen before.
package ethereum
