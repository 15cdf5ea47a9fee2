// Package world runs nodes, parties and a chain of this very code in one process and in virtual
// time, and lets them fail by plan and by seed.
//
//	Network   hosts and directed links: delay, jitter, loss, cuts, frozen and crashed hosts
//	Disk      what a node has written: what was synced survives a crash, what was not is gone
//	Chain     a block tree with one gateway contract: finality, reorgs, endpoints that lag or lie
//	Party     a real KMS party behind the network, with faults of its own
//	World     all of these, with the core of bootstrap in each node
//	Play      runs a Plan: topology, load and faults in, a Result for the laws out
//
// Everything runs inside a bubble of testing/synctest: time passes only when nobody has anything to
// do. No goroutine outlives Play. A node is built from ports alone, so a crash is: the ports of its
// life answer no more, writes under way are dropped, its core is killed; a restart is a new life on
// what was synced. Not simulated, and so spared by the faults of disks, are the nodes' content and
// the parties' custody and journals: real files in a folder that Play removes, in memory where the
// system has such a place.
package world
