package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/bootstrap/admin/admintest"
	"kmsgateway/cluster/ledger"
	"kmsgateway/messages"
)

// ending is a fake that ends when it is told to drain, as a process does.
type ending struct {
	*admintest.Fake
	server *admin.Server
	ended  chan error
}

// Drain implements admin.Operator.
func (e *ending) Drain(ctx context.Context) error {
	err := e.Fake.Drain(ctx)
	go func() { e.ended <- e.server.Stop(context.Background()) }()
	return err
}

// answers DIR [FLAW] has an operator in memory answer in a data folder while the script runs.
func answers(script *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 1 {
		script.Fatalf("usage: answers DIR [FLAW]")
	}
	folder := script.MkAbs(args[0])
	script.Check(os.MkdirAll(folder, 0o700))
	fake := &ending{Fake: admintest.New(), ended: make(chan error, 1)}
	var operator admin.Operator = fake
	switch flaw := strings.Join(args[1:], " "); flaw {
	case "":
	case "leaderless":
		fake.Now.Leader = ""
	case "weak":
		fake.Now.Parties[2].Usable = false
	case "hostile":
		fake.Now.Rooms[0].Detail = "\x1b[2Jevil\r\n"
	case "busy":
		fake.Fail = messages.Refused(messages.CodeOverloaded, "answer", "too many calls")
	case "follower":
		fake.Fail = messages.NotLeader("remove")
	case "party":
		fake.Now.Kind, fake.Now.Name, fake.Now.Leader, fake.Now.Parties = admin.KindParty, "party-1", "", nil
		operator = admin.OfParty(fake)
	default:
		script.Fatalf("no flaw %q", flaw)
	}
	var err error
	fake.server, err = admin.Start(admin.Config{Path: filepath.Join(folder, admin.SocketName),
		Operator: operator, Clock: time.Now, Publish: func(context.Context, messages.Fact) {}})
	script.Check(err)
	script.Defer(func() { script.Check(fake.server.Stop(context.Background())) })
}

// makeLedger DIR NODE makes the ledger of a node that runs no more.
func makeLedger(script *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) != 2 {
		script.Fatalf("usage: ledger DIR NODE")
	}
	opened, err := ledger.Open(ledger.Config{Dir: script.MkAbs(args[0]), Node: args[1],
		Clock: time.Now, Publish: func(context.Context, messages.Fact) {}})
	script.Check(err)
	<-opened.Leadership()
	script.Check(opened.Close())
}
