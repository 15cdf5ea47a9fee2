package main

import (
	"context"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"kmsgateway/bootstrap"
	"kmsgateway/messages"
)

// admits DIR serves the authority below DIR while the script runs; JOIN is its address.
func admits(script *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) != 1 {
		script.Fatalf("usage: admits DIR")
	}
	service, err := bootstrap.StartJoinService(bootstrap.JoinServiceConfig{Listen: "127.0.0.1:0",
		Data: script.MkAbs(args[0]), Publish: func(context.Context, messages.Fact) {}, Clock: time.Now})
	script.Check(err)
	script.Defer(func() { script.Check(service.Stop(context.Background())) })
	script.Setenv("JOIN", service.Addr())
}

// invite DIR ROLE puts a token into the file token; PIN is the authority's, OTHERPIN nobody's.
func invite(script *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) != 2 {
		script.Fatalf("usage: invite DIR ROLE")
	}
	invitation, err := bootstrap.CreateToken(script.MkAbs(args[0]), bootstrap.TokenConfig{
		Role: bootstrap.Role(args[1]), TTL: time.Hour, Clock: time.Now})
	script.Check(err)
	script.Check(os.WriteFile(script.MkAbs("token"), []byte(invitation.Token.Reveal()+"\n"), 0o600))
	script.Setenv("PIN", invitation.Pin)
	last := "0"
	if invitation.Pin[len(invitation.Pin)-1] == '0' {
		last = "1"
	}
	script.Setenv("OTHERPIN", invitation.Pin[:len(invitation.Pin)-1]+last)
}
