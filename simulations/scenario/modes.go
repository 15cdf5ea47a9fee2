package scenario

import (
	"maps"
	"slices"

	"kmsgateway/simulations/world"
)

// Mode names what goes wrong. The list is the design's; an executor may not have all of it.
type Mode string

// The modes.
const (
	ModeCrash        Mode = "crash"              // gone at once; starts again when it is over
	ModeStop         Mode = "stop"               // a graceful stop; starts again when it is over
	ModeFreeze       Mode = "freeze"             // nothing goes in or out until it thaws
	ModePartition    Mode = "partition"          // lines are cut
	ModeLatency      Mode = "latency"            // lines are slower, by delay and jitter
	ModeLoss         Mode = "loss"               // lines lose packets
	ModeRegionOutage Mode = "region-outage"      // crashed and cut off, with their endpoints
	ModeSlowDisk     Mode = "slow-disk"          // each write takes delay longer
	ModeFullDisk     Mode = "full-disk"          // what grows is refused
	ModeReadOnlyDisk Mode = "read-only-disk"     // all that writes is refused
	ModeClockSkew    Mode = "clock-skew"         // delay is added to the clock
	ModeSilent       Mode = "silent"             // a party does not answer
	ModeSlow         Mode = "slow"               // a party answers delay later
	ModeWrongShare   Mode = "wrong-share"        // a party sends a share that is none
	ModeReorg        Mode = "reorg"              // depth blocks are replaced, at once
	ModeStuck        Mode = "stuck-transactions" // no block takes a node's transactions
	ModeRPCOutage    Mode = "rpc-outage"         // the chain endpoint of a host does not answer
	ModeRPCLag       Mode = "rpc-lag"            // it shows the chain as it was delay ago
	ModeRPCLies      Mode = "rpc-lies"           // it leaves logs out

	ModeOtherEpoch     Mode = "other-epoch-share"
	ModeReplayedShare  Mode = "replayed-share"
	ModeEquivocation   Mode = "equivocation"
	ModeFeeSpike       Mode = "fee-spike"
	ModeRotation       Mode = "rotation"
	ModeResharing      Mode = "resharing"
	ModeRollingUpgrade Mode = "rolling-upgrade"
)

// whom says what a mode happens to.
type whom uint8

const (
	nobody whom = iota
	nodes
	parties
	hosts // either, and all of a region
)

// need is what a mode asks of a fault, and what the executor of virtual time calls it: "" where it
// has no such fault.
type need struct {
	whom                       whom
	line                       bool // others and direction
	delay, jitter, loss, depth bool
	moment                     bool // it has no end
	kind                       world.Kind
}

// modes is the one table of what each mode needs: checks, the schema and Compile read it.
func modes() map[Mode]need {
	return map[Mode]need{
		ModeCrash:        {whom: hosts, kind: world.FaultCrash},
		ModeStop:         {whom: hosts, kind: world.FaultStop},
		ModeFreeze:       {whom: hosts, kind: world.FaultFreeze},
		ModePartition:    {whom: hosts, line: true, kind: world.FaultPartition},
		ModeLatency:      {whom: hosts, line: true, delay: true, jitter: true, kind: world.FaultWorsen},
		ModeLoss:         {whom: hosts, line: true, loss: true, kind: world.FaultWorsen},
		ModeRegionOutage: {whom: hosts, kind: world.FaultOutage},
		ModeSlowDisk:     {whom: nodes, delay: true, kind: world.FaultDiskSlow},
		ModeFullDisk:     {whom: nodes, kind: world.FaultDiskFull},
		ModeReadOnlyDisk: {whom: nodes, kind: world.FaultDiskReadOnly},
		ModeClockSkew:    {whom: nodes, delay: true, kind: world.FaultClockSkew},
		ModeSilent:       {whom: parties, kind: world.FaultSilent},
		ModeSlow:         {whom: parties, delay: true, kind: world.FaultSlow},
		ModeWrongShare:   {whom: parties, kind: world.FaultWrong},
		ModeReorg:        {depth: true, moment: true, kind: world.FaultReorg},
		ModeStuck:        {whom: nodes, kind: world.FaultStuck},
		ModeRPCOutage:    {whom: hosts, kind: world.FaultRPCDown},
		ModeRPCLag:       {whom: hosts, delay: true, kind: world.FaultRPCLag},
		ModeRPCLies:      {whom: nodes, kind: world.FaultRPCOmit},

		ModeOtherEpoch:     {whom: parties},
		ModeReplayedShare:  {whom: parties},
		ModeEquivocation:   {whom: parties},
		ModeFeeSpike:       {},
		ModeRotation:       {moment: true},
		ModeResharing:      {moment: true},
		ModeRollingUpgrade: {whom: nodes},
	}
}

func modeNames() (names []string) {
	for _, mode := range slices.Sorted(maps.Keys(modes())) {
		names = append(names, string(mode))
	}
	return names
}
