package scenario

import (
	"time"

	"kmsgateway/simulations/laws"
)

// Scenario is one file. Times count from when the cluster is ready. What each key is for is said
// once, in descriptions, for readers and for the published schema.
type Scenario struct {
	Name       string        `yaml:"name" validate:"required,label"`
	About      string        `yaml:"about,omitempty" validate:"max=500"`
	Topology   Topology      `yaml:"topology"`
	Chain      Chain         `yaml:"chain"`
	Load       Load          `yaml:"load"`
	Faults     []Fault       `yaml:"faults,omitempty" validate:"max=256,dive"`
	Assertions Assertions    `yaml:"assertions"`
	Horizon    time.Duration `yaml:"horizon" validate:"min=1s,max=24h"`
	Seeds      Seeds         `yaml:"seeds"`
}

// Topology is what there is.
type Topology struct {
	Nodes     []Node   `yaml:"nodes" validate:"min=1,max=32,dive"`
	Parties   []string `yaml:"parties" validate:"min=1,max=64,dive,label"`
	Threshold int      `yaml:"threshold" validate:"min=1,max=64"`
	Voters    int      `yaml:"voters" validate:"oneof=3 5"`
	Profile   string   `yaml:"profile" validate:"oneof=lan wan"`
	Near      Link     `yaml:"near"`
	Far       Link     `yaml:"far"`
	Links     []Route  `yaml:"links,omitempty" validate:"max=256,dive"`
}

// Node is one node.
type Node struct {
	Name   string `yaml:"name" validate:"required,label"`
	Region string `yaml:"region" validate:"required,label"`
}

// Link is what one direction of a line does to what crosses it.
type Link struct {
	Delay  time.Duration `yaml:"delay" validate:"min=0,max=1m"`
	Jitter time.Duration `yaml:"jitter,omitempty" validate:"min=0,max=1m"`
	Loss   float64       `yaml:"loss,omitempty" validate:"min=0,max=1"`
}

// Route is the line from one region to another, one way.
type Route struct {
	From string `yaml:"from" validate:"required,label"`
	To   string `yaml:"to" validate:"required,label"`
	Link `yaml:",inline"`
}

// Chain is how the chain goes.
type Chain struct {
	Period    time.Duration `yaml:"period" validate:"min=100ms,max=1m"`
	Safe      uint64        `yaml:"safe" validate:"min=1,max=1000"`
	Finalized uint64        `yaml:"finalized" validate:"min=1,max=1000"`
	Nodes     uint64        `yaml:"nodes" validate:"max=1000"`
	Parties   uint64        `yaml:"parties" validate:"max=1000"`
}

// Load is an open loop: requests come when they come, however the earlier ones fare.
type Load struct {
	Requests int           `yaml:"requests" validate:"min=1,max=100000"`
	Every    time.Duration `yaml:"every" validate:"min=1ms,max=1h"`
	Handles  int           `yaml:"handles" validate:"min=1,max=16"`
	Quorum   int           `yaml:"quorum" validate:"min=0,max=100000"`
}

// Direction says which way a line fails, seen from those that a fault selects.
type Direction string

// The directions.
const (
	Both Direction = "both"
	Out  Direction = "out"
	In   Direction = "in"
)

// Fault is one thing that goes wrong, from a time to a time. Of the last keys a mode takes those
// that it needs and no others.
type Fault struct {
	Select    []string      `yaml:"select,omitempty" validate:"max=64,dive,label"`
	Mode      Mode          `yaml:"mode" validate:"required"`
	From      time.Duration `yaml:"from" validate:"min=0,max=24h"`
	To        time.Duration `yaml:"to,omitempty" validate:"min=0,max=24h"`
	Others    []string      `yaml:"others,omitempty" validate:"max=64,dive,label"`
	Direction Direction     `yaml:"direction,omitempty" validate:"omitempty,oneof=both out in"`
	Delay     time.Duration `yaml:"delay,omitempty" validate:"min=-1h,max=1h"`
	Jitter    time.Duration `yaml:"jitter,omitempty" validate:"min=0,max=1h"`
	Loss      float64       `yaml:"loss,omitempty" validate:"min=0,max=1"`
	Depth     int           `yaml:"depth,omitempty" validate:"min=0,max=1000"`
	Keep      bool          `yaml:"keep,omitempty"`
}

// Assertions are what must hold beside that no law is broken.
type Assertions struct {
	Bound      time.Duration `yaml:"bound" validate:"min=0,max=24h"`
	Supersedes uint64        `yaml:"supersede_blocks" validate:"min=1,max=100000"`
	Judged     []int         `yaml:"judged" validate:"max=16"`
	Fulfilled  int           `yaml:"fulfilled" validate:"min=0,max=100000"`
	P99        time.Duration `yaml:"p99,omitempty" validate:"min=0,max=24h"`
}

// Seeds are the runs of a sweep.
type Seeds struct {
	First uint64 `yaml:"first"`
	Count int    `yaml:"count" validate:"min=1,max=100000"`
}

// lawNumbers are all of the laws: what is not named in a file must be judged.
func lawNumbers() (numbers []int) {
	for _, law := range laws.All() {
		numbers = append(numbers, law.Number)
	}
	return numbers
}

// Default is what a file need not say.
func Default() Scenario {
	return Scenario{
		Topology: Topology{Voters: 3, Profile: "lan",
			Near: Link{Delay: 500 * time.Microsecond, Jitter: 500 * time.Microsecond},
			Far:  Link{Delay: 20 * time.Millisecond, Jitter: 5 * time.Millisecond}},
		Chain:      Chain{Period: time.Second, Safe: 4, Finalized: 8, Nodes: 1, Parties: 1},
		Load:       Load{Every: time.Second, Handles: 1},
		Assertions: Assertions{Bound: time.Minute, Supersedes: 10, Judged: lawNumbers()},
		Horizon:    5 * time.Minute,
		Seeds:      Seeds{First: 1, Count: 1},
	}
}
