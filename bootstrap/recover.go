package bootstrap

import (
	"errors"
	"path/filepath"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/cluster/ledger"
	"kmsgateway/messages"
)

// RecoverLedger writes a new list of voters into the ledger of a node that is stopped, for when a
// majority is lost for good. CONFLICT while the node runs, MALFORMED_INPUT for a name that is none,
// CONFIG where there is no ledger.
func RecoverLedger(config NodeConfig, voters []string, clock messages.Clock) (err error) {
	for _, name := range voters {
		if err := checkMemberName(name); err != nil {
			return err
		}
	}
	dir := filepath.Join(config.Node.Data, "ledger")
	if !exists(filepath.Join(dir, "raft.db")) {
		return messages.BadConfig("node.data", "no ledger in "+dir)
	}
	claim, err := admin.ClaimFolder(config.Node.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, claim.Release()) }()
	return ledger.Recover(ledger.Config{Dir: dir, Node: config.Node.Name, Clock: clock,
		Profile: ledger.Profile(config.Cluster.Profile)}, voters)
}
