package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/messages"
)

// gradedError is a process that answers and does not do well.
type gradedError struct {
	grade messages.Grade
	why   []string
}

func (e gradedError) Error() string {
	return e.grade.String() + ": " + clean(strings.Join(e.why, "; "))
}

// exit is the status that says so.
func (e gradedError) exit() int {
	if e.grade == messages.Degraded {
		return exitDegraded
	}
	return exitBelow
}

func statusCommand() *cobra.Command {
	return asking(&cobra.Command{
		Use:   "status",
		Short: "Show how a node or party does",
		Long: "Exits 0 where it is healthy, 2 where it is degraded, 3 where it cannot work: no " +
			"leader, fewer usable parties than the threshold, or a room that is down.",
	}, exactly(0), func(ctx context.Context, cmd *cobra.Command, client *admin.Client,
		form output, _ []string) error {
		status, err := client.Status(ctx)
		if err != nil {
			return err
		}
		grade, why := status.Grade()
		graded := struct {
			Grade string   `json:"grade"`
			Why   []string `json:"why"`
			admin.Status
		}{grade.String(), why, status}
		if graded.Why == nil {
			graded.Why = []string{}
		}
		if err := form.print(cmd, graded, func(p *page) { drawStatus(p, status, grade) }); err != nil {
			return err
		}
		if grade != messages.Healthy {
			return gradedError{grade, why}
		}
		return nil
	})
}

func drawStatus(p *page, s admin.Status, grade messages.Grade) {
	p.table(s.Kind+" region state", [][]string{{s.Name, s.Region, grade.String()}})
	p.line("")
	if s.Kind == admin.KindNode {
		leader := s.Leader
		if leader == "" {
			leader = "none"
		}
		p.line("leader       %s", leader)
		p.line("chain        %d, read to block %d, final %d", s.Chain, s.Cursor, s.Final)
		c := s.Requests
		p.line("requests     %d open, %d of them sent; %d fulfilled, %d rejected, %d expired, "+
			"%d answered", c.Open, c.Sent, c.Fulfilled, c.Rejected, c.Expired, c.Answered)
	} else {
		p.line("chain        %d", s.Chain)
	}
	p.line("certificate  %s, until %s", s.Certificate.Name, moment(s.Certificate.Until))
	for _, key := range s.Keys {
		dealt := ""
		if key.Dealer != "" {
			dealt = ", DEALER KEY: " + key.Dealer + " knew all of it"
		}
		p.line("key          %s epoch %d, %d of %d%s", key.ID, key.Epoch, key.Threshold, key.Parties,
			dealt)
	}
	if len(s.Parties) > 0 {
		p.line("")
		p.table("PARTY REGION STATE DETAIL", partyRows(s.Parties))
	}
	p.line("")
	rows := make([][]string, 0, len(s.Rooms))
	for _, room := range s.Rooms {
		rows = append(rows, []string{room.Room, room.Grade, room.Detail})
	}
	p.table("ROOM STATE DETAIL", rows)
}

func partyRows(parties []admin.Party) (rows [][]string) {
	for _, party := range parties {
		state := "ok"
		if !party.Usable {
			state = "down"
		}
		rows = append(rows, []string{fmt.Sprintf("party-%d", party.Index), party.Region, state,
			party.Detail})
	}
	return rows
}

func membersCommand() *cobra.Command {
	return asking(&cobra.Command{
		Use:   "members",
		Short: "List the nodes of the cluster, as the ledger has them",
	}, exactly(0), func(ctx context.Context, cmd *cobra.Command, client *admin.Client,
		form output, _ []string) error {
		members, err := client.Members(ctx)
		if err != nil {
			return err
		}
		return form.print(cmd, members, func(p *page) { p.table(membersHead, memberRows(members)) })
	})
}

const membersHead = "NAME REGION STATE GOSSIP SEAT LEADER INCARNATION ADDRESS SINCE"

func memberRows(members []admin.Member) (rows [][]string) {
	for _, m := range members {
		rows = append(rows, []string{m.Name, m.Region, m.State, m.Gossip, m.Seat, leads(m.Leader),
			fmt.Sprint(m.Incarnation), m.Address, moment(m.DownAt)})
	}
	return rows
}

func leads(yes bool) string {
	if yes {
		return "leads"
	}
	return ""
}
