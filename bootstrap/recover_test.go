package bootstrap

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/cluster/ledger"
	"kmsgateway/messages"
)

func openedLedger(t *testing.T, data, node string) *ledger.Ledger {
	t.Helper()
	opened, err := ledger.Open(ledger.Config{Dir: filepath.Join(data, "ledger"), Node: node,
		Clock: time.Now, Publish: func(context.Context, messages.Fact) {}})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func TestRecoverLedger(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	config := NodeConfig{Node: NodeSection{Name: "node-1", Data: data}}
	wantCode(t, RecoverLedger(config, []string{"node-1"}, time.Now), messages.CodeConfig)

	running := openedLedger(t, data, "node-1")
	if !<-running.Leadership() {
		t.Fatal("the only node does not lead")
	}
	if err := running.Close(); err != nil {
		t.Fatal(err)
	}
	claim, err := admin.ClaimFolder(data)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, RecoverLedger(config, []string{"node-1"}, time.Now), messages.CodeConflict)
	if err := claim.Release(); err != nil {
		t.Fatal(err)
	}
	wantCode(t, RecoverLedger(config, []string{"Node 1"}, time.Now), messages.CodeMalformedInput)
	if err := RecoverLedger(config, []string{"node-1"}, time.Now); err != nil {
		t.Fatal(err)
	}
	recovered := openedLedger(t, data, "node-1")
	defer func() {
		if err := recovered.Close(); err != nil {
			t.Error(err)
		}
	}()
	if !<-recovered.Leadership() {
		t.Error("the recovered node does not lead")
	}
	seats := recovered.Seats()
	if len(seats) != 1 || seats[0].Name != "node-1" || !seats[0].Voter {
		t.Errorf("the ledger is held by %+v", seats)
	}
}
