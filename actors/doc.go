// Package actors holds what the rooms below it share with the cluster: how a virtual actor is
// described (Kind) and how a word reaches one (Poster). Each room is a package of its own; no room
// imports another.
//
// The ring, and which room hears what:
//
//	chain/listener -> ledger -> dispatch -> request -> kms proxy -> party
//	chain/submitter <------------------------- request <- aggregator
//
// The supervision tree of a node. What panics is restarted; a virtual actor that panics too often
// is set aside with a reason, and a room's own actor that does is started anew, since it reads all
// it needs from the ledger:
//
//	root
//	├── place                      keeper of the virtual actors (cluster)
//	│   ├── request/<id>           one for each request that is worked on
//	│   └── kms@<region>/<index>   one for each party
//	├── aggregator                 one a node
//	└── on the leader
//	    ├── listener
//	    ├── dispatcher
//	    └── submitter
//
// A party is no part of that tree: it is a process, an actor system and a trust domain of its own.
//
//	root
//	└── party                      decides; its workers read the chain and sign
package actors
