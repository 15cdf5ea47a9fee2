// Package contracts binds the chain's side of the conversation to Go: types, packers and unpackers
// of every call, event and error of GatewayContract, KMSRegistry and the two example dApps, with
// the bytecode to deploy them.
//
// The Solidity sources lie in src, their tests in test; DESIGN.md says why they are as they are.
// bindings.go is written by .tools/bindgen from the committed artifacts, which build.js writes; so
// who works in Go alone needs no Node.
package contracts
