package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/messages"
)

func requestsCommand() *cobra.Command {
	requests := &cobra.Command{Use: "requests", Short: "Look at requests", Args: cobra.NoArgs}
	requests.AddCommand(listRequestsCommand(), showRequestCommand())
	return requests
}

func listRequestsCommand() *cobra.Command {
	list := &cobra.Command{
		Use:   "list",
		Short: "List the requests that a node heard of last",
		Long: "The memory of one process since it started: 10,000 requests, those that have ended " +
			"are let go of first. What lasts is in the audit log and on the chain.",
	}
	state := list.Flags().String("state", "", "open, closed, fulfilled, rejected, expired, answered")
	limit := list.Flags().Int("limit", admin.DefaultLines, "how many at most")
	return asking(list, exactly(0), func(ctx context.Context, cmd *cobra.Command,
		client *admin.Client, form output, _ []string) error {
		lines, err := client.Requests(ctx, admin.Filter{State: *state}, *limit)
		if err != nil {
			return err
		}
		return form.print(cmd, lines, func(p *page) {
			var rows [][]string
			for _, l := range lines {
				number, digest := requestParts(l.Request)
				rows = append(rows, []string{number, digest, l.State, l.Stage, strconv.Itoa(l.Shares),
					took(l.Took), moment(l.First), l.Code})
			}
			p.table("NUMBER DIGEST STATE STAGE SHARES TOOK FIRST CODE", rows)
		})
	})
}

// digestShown is as much of a digest as names a request in nearly every case.
const digestShown = 12

// requestParts are the number and the start of the digest: show takes either.
func requestParts(id string) (number, digest string) {
	parts := strings.Split(id, "/")
	if len(parts) != 3 {
		return id, ""
	}
	return parts[1], parts[2][:min(digestShown, len(parts[2]))]
}

func showRequestCommand() *cobra.Command {
	return asking(&cobra.Command{
		Use:   "show ID",
		Short: "Show what became of one request: who answered, who did not, and why",
		Long: "ID is a number, the start of a digest (0x and at least 8 hex digits), or " +
			"chain/number/digest.",
	}, exactly(1), func(ctx context.Context, cmd *cobra.Command, client *admin.Client,
		form output, args []string) error {
		timeline, err := client.Request(ctx, args[0])
		if err != nil {
			return err
		}
		return form.print(cmd, timeline, func(p *page) { drawTimeline(p, timeline) })
	})
}

func drawTimeline(p *page, t admin.Timeline) {
	p.line("request  %s", t.Request)
	p.line("state    %s, %s after %s", t.State, t.Stage, took(t.Took))
	if t.Code != "" {
		p.line("because  %s", because(t.Code, ""))
	}
	p.line("told by  %s", strings.Join(t.Asked, ", "))
	if len(t.Silent) > 0 {
		p.line("silent   %s", strings.Join(t.Silent, ", "))
	}
	if t.Dropped > 0 {
		p.line("and      %d earlier facts that were let go of", t.Dropped)
	}
	var parties [][]string
	for _, a := range t.Answers {
		parties = append(parties, []string{fmt.Sprintf("party-%d", a.Party), a.Region, a.State,
			strconv.Itoa(a.Asked), took(a.Took), because(a.Code, a.Detail)})
	}
	p.line("")
	p.table("PARTY REGION STATE ASKED TOOK WHY", parties)
	var events [][]string
	for _, e := range t.Events {
		party := ""
		if e.Party != 0 {
			party = fmt.Sprintf("party-%d", e.Party)
		}
		events = append(events, []string{"+" + e.At.Sub(t.First).String(), e.Stage, e.Node, e.Room, party,
			e.Region, took(e.Took), strings.TrimSpace(e.Code + " " + e.Detail)})
	}
	p.line("")
	p.table("AT STAGE NODE ROOM PARTY REGION TOOK DETAIL", events)
}

// because says what a code means, with the sentence that came with it.
func because(code, detail string) string {
	if code == "" {
		return detail
	}
	says := code + ": " + messages.ReasonOf(messages.Code(code)).Short
	if detail != "" {
		says += " (" + detail + ")"
	}
	return says
}
