package bootstrap

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"kmsgateway/actors/ethereum"
	"kmsgateway/cluster"
	"kmsgateway/messages"
)

// farAway is the round trip from which the nodes' ledger wants the wan profile: a tenth of the lan
// profile's election timeout.
const farAway = 30 * time.Millisecond

// lookAtCertificate judges the identity as a peer would.
func (p *patient) lookAtCertificate(context.Context) []Check {
	const name, again = "certificate", "join again with a fresh token"
	identity, err := LoadIdentity(p.tls.CA, p.tls.Certificate, p.tls.Key, p.clock)
	if err != nil {
		return []Check{broken(name, again+", or correct the tls section", "%v", err)}
	}
	var checks []Check
	if _, err := readSecret(p.tls.Key, maxSmallFile); err != nil {
		checks = append(checks, broken("tls key", "chmod 600 "+p.tls.Key, "%v", err))
	}
	leaf := identity.Leaf()
	who, err := identity.vouched(leaf)
	switch {
	case err != nil:
		return append(checks, broken(name, again, "%v", err))
	case identity.revoked.Check(leaf) != nil:
		return append(checks, broken(name, "remove "+p.tls.Key+" and "+again,
			"%s is revoked", who.name))
	case who.role != p.role:
		return append(checks, broken(name, "join with a token of role "+string(p.role),
			"it is a %s's, and this is a %s", who.role, p.role))
	case p.name != "" && who.name != p.name:
		return append(checks, broken(name, "correct node.name", "it names %s, node.name is %s",
			who.name, p.name))
	}
	now := p.clock()
	says := fmt.Sprintf("%s %s, %.1f days left", who.role, who.name,
		leaf.NotAfter.Sub(now).Hours()/24)
	switch {
	case !p.renewed:
		return append(checks, doubtful(name, "name a join service in trust.renew",
			"%s, and nobody renews it", says))
	case now.After(renewalDue(leaf)):
		return append(checks, doubtful(name, "see whether a join service of trust.renew answers",
			"%s: it is due to be renewed", says))
	}
	return append(checks, fine(name, "%s", says))
}

// dealerOf names who dealt a key, "" where nobody knew the whole of it.
func dealerOf(path string) (string, error) {
	text, err := readBounded(path, maxConfig)
	if err != nil {
		return "", badFile("keys", err)
	}
	var file publicKeyFile
	if err := json.Unmarshal(text, &file); err != nil {
		return "", badFile("keys", err)
	}
	return file.Dealer, nil
}

// lookAtKeyFiles reads the public side of each key.
func (p *patient) lookAtKeyFiles(context.Context) (checks []Check) {
	for _, path := range p.keys {
		name := "key " + path
		key, err := ReadPublicKey(path)
		if err != nil {
			checks = append(checks, broken(name, "take the file from who published it", "%v", err))
			continue
		}
		says := fmt.Sprintf("%s epoch %d, %d of %d", key.Key, key.Epoch, key.Threshold, key.Parties)
		if dealer, err := dealerOf(path); err == nil && dealer != "" {
			says += ": DEALER KEY, " + dealer + " knew all of it"
			if !p.dev() {
				checks = append(checks, broken(name, "let the parties make a key together", "%s", says))
				continue
			}
		}
		checks = append(checks, fine(name, "%s", says))
	}
	return checks
}

// lookAtCustody opens the shares as the party would, compares each with its public side, and wipes
// them.
func (p *patient) lookAtCustody(context.Context) (checks []Check) {
	const name = "custody"
	shares, err := openCustody(p.party.Custody, p.rand)
	if err != nil {
		return []Check{broken(name, "correct the custody section, or restore the files", "%v", err)}
	}
	defer shares.Close()
	held := shares.Held()
	for _, path := range p.keys {
		key, err := ReadPublicKey(path)
		if err != nil {
			continue // which the key files tell
		}
		mine := messages.PartyIndex(p.party.Party.Index)
		found := false
		for _, h := range held {
			if h.Key != key.Key || h.Epoch != key.Epoch {
				continue
			}
			found = true
			right := h.Index == mine && int(mine) <= len(key.Shares) && h.Public.Bytes() == key.Shares[mine-1]
			if !right {
				checks = append(checks, broken(name, "restore the share of this party",
					"the share of %s is not that of %s", key.Key, mine))
				continue
			}
			checks = append(checks, fine(name, "opens, and holds the share of %s epoch %d", key.Key,
				key.Epoch))
		}
		if !found {
			checks = append(checks, broken(name, "put the share there, or correct keys",
				"no share of %s epoch %d", key.Key, key.Epoch))
		}
	}
	return checks
}

// lookAtSender reads the account that pays.
func (p *patient) lookAtSender(context.Context) []Check {
	path := p.node.Sender.KeyFile
	if _, err := ethereum.ReadSenderKey(path); err != nil {
		return []Check{broken("sender", "make the file: 64 hex digits, chmod 600", "%v", err)}
	}
	return []Check{fine("sender", "%s is readable by its owner alone", path)}
}

// lookAtGossip reads the keys of the gossip, where the node has others to talk to.
func (p *patient) lookAtGossip(context.Context) []Check {
	const name = "gossip key"
	if p.node.Cluster.Listen == "" {
		return []Check{fine(name, "none needed: a node by itself")}
	}
	keyring, err := cluster.OpenKeyring(p.node.Cluster.Keyring)
	if err != nil {
		return []Check{broken(name, "chmod 600 the file, or copy another node's", "%v", err)}
	}
	return []Check{fine(name, "%s, readable by their owner alone",
		counted(len(keyring.Fingerprints()), "key"))}
}

// lookAtSeeds dials the nodes that this one asks for its seat, and compares the way there with the
// profile of the ledger.
func (p *patient) lookAtSeeds(ctx context.Context) (checks []Check) {
	section := p.node.Cluster
	if section.Listen == "" {
		return nil
	}
	var reached int
	for _, seed := range section.Seeds {
		if seed.Name == p.name {
			reached++
			continue
		}
		name := "seed " + seed.Name
		began := time.Now()
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", seed.Address)
		if err != nil {
			checks = append(checks, doubtful(name, "start it, or open the way to it", "%v", err))
			continue
		}
		_ = conn.Close() // nothing was told
		reached++
		trip := time.Since(began)
		if trip > farAway && cmp.Or(section.Profile, "lan") == "lan" {
			checks = append(checks, doubtful(name, "set cluster.profile to wan on every node",
				"%v away, too far for the lan profile", trip.Round(time.Millisecond)))
			continue
		}
		checks = append(checks, fine(name, "%v away", trip.Round(10*time.Microsecond)))
	}
	if reached == 0 && !section.First {
		checks = append(checks, broken("seeds", "start one of them, or name a node that runs",
			"no node answers that could give this one its seat"))
	}
	return checks
}

// lookAtParties shakes hands with every party, as the node would.
func (p *patient) lookAtParties(ctx context.Context) []Check {
	identity, err := LoadIdentity(p.tls.CA, p.tls.Certificate, p.tls.Key, p.clock)
	if err != nil {
		return nil // which the certificate tells
	}
	parties := p.node.Parties
	troubles := make([]error, len(parties))
	var asked sync.WaitGroup
	for i, party := range parties {
		asked.Go(func() { troubles[i] = shakeHands(ctx, identity, party) })
	}
	asked.Wait()
	var checks []Check
	for i, party := range parties {
		if troubles[i] != nil {
			checks = append(checks, doubtful("party "+party.Name, "start it, or open the way to it",
				"%s: %v", party.Region, troubles[i]))
		}
	}
	answering := len(parties) - len(checks)
	threshold := 0
	for _, path := range p.keys {
		if key, err := ReadPublicKey(path); err == nil {
			threshold = max(threshold, key.Threshold)
		}
	}
	says := fmt.Sprintf("%d of %d answer, %d must agree", answering, len(parties), threshold)
	switch {
	case answering < threshold:
		return append(checks, broken("parties", "bring parties back", "%s", says))
	case answering < len(parties):
		return append(checks, doubtful("parties", "bring all parties back", "%s", says))
	}
	return append(checks, fine("parties", "%s", says))
}

// shakeHands reaches a party at the first of its endpoints that shows the right certificate.
func shakeHands(ctx context.Context, identity *Identity, party PartySection) (err error) {
	for _, endpoint := range party.Endpoints {
		config := identity.ClientTLS(party.Name, RoleParty)
		config.NextProtos = []string{"h2"}
		var conn net.Conn
		conn, err = (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", endpoint)
		if err == nil {
			return conn.Close()
		}
	}
	return err
}

// Worst is the worst verdict of all checks.
func Worst(checks []Check) Verdict {
	order := []Verdict{VerdictOK, VerdictWarn, VerdictFail}
	worst := 0
	for _, check := range checks {
		worst = max(worst, slices.Index(order, check.Verdict))
	}
	return order[worst]
}
