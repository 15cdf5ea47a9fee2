package bootstrap

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"kmsgateway/messages"
)

// client calls the service as somebody who knows the pin.
func (r *realm) client(t *testing.T) *trustClient {
	t.Helper()
	pinned, err := newPinned(r.pin, r.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	client := newTrustClient(r.service.Addr(), pinned.tls())
	t.Cleanup(client.close)
	return client
}

func TestJoinServiceIsStrict(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	client := r.client(t)
	for name, body := range map[string]string{
		"not JSON":        "token",
		"unknown field":   `{"token":"","request":"","admin":true}`,
		"two values":      `{"token":"","request":""}{}`,
		"wrong type":      `{"token":7}`,
		"malformed token": `{"token":"abc","request":""}`,
		"too long":        `{"token":"` + strings.Repeat("a", maxTrustWords) + `"}`,
	} {
		var reply joinReply
		err := client.call(t.Context(), http.MethodPost, "/v1/join", []byte(body), &reply)
		if messages.CodeOf(err) != messages.CodeMalformedInput {
			t.Errorf("%s: %v", name, err)
		}
	}
	for path, method := range map[string]string{"/v1/join": http.MethodGet, "/": http.MethodGet} {
		if err := client.call(t.Context(), method, path, nil, &joinReply{}); err == nil {
			t.Errorf("%s %s is answered", method, path)
		}
	}
	old := client.transport.TLSClientConfig.Clone()
	old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	conn, err := tls.Dial("tcp", r.service.Addr(), old)
	if err == nil {
		_ = conn.Close()
		t.Error("TLS 1.2 is spoken")
	}
}

func TestJoinServiceLimitsTheRate(t *testing.T) {
	t.Parallel()
	clock := newSetClock()
	limit := rateLimit{now: clock.now}
	ask := func(remote string, times int) (allowed int) {
		for range times {
			if limit.allow(remote) {
				allowed++
			}
		}
		return allowed
	}
	if got := ask("192.0.2.1:1000", 2*rateBurst); got != rateBurst {
		t.Errorf("%d requests of a burst pass", got)
	}
	if got := ask("192.0.2.1:2000", 1); got != 0 {
		t.Error("another port is another address")
	}
	if got := ask("192.0.2.2:1000", 1); got != 1 {
		t.Error("one address uses up the requests of another")
	}
	if got := ask("[2001:db8::1]:1", 2*rateBurst) + ask("[2001:db8::2]:1", 1); got != rateBurst {
		t.Errorf("%d requests of one network pass", got)
	}
	clock.pass(time.Second)
	if got := ask("192.0.2.1:1000", 2*rateBurst); got != ratePerSecond {
		t.Errorf("%d requests pass after a second", got)
	}
	for i := range 2 * maxRateSubjects {
		limit.allow(net.JoinHostPort(net.IPv4(10, byte(i>>16), byte(i>>8), byte(i)).String(), "1"))
	}
	if len(limit.buckets) != maxRateSubjects {
		t.Errorf("%d addresses are remembered", len(limit.buckets))
	}
	clock.pass(time.Hour)
	if got := ask("192.0.2.3:1", 1); got != 1 || len(limit.buckets) != 1 {
		t.Errorf("%d addresses are remembered of what is long past", len(limit.buckets))
	}
}

// TestJoinServiceBoundsItsConnections holds as many open as there may be, saying nothing on them.
func TestJoinServiceBoundsItsConnections(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", r.service.Addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	for range maxTrustConns {
		dial()
	}
	more := dial()
	if err := more.SetReadDeadline(time.Now().Add(trustReadTime / 2)); err != nil {
		t.Fatal(err)
	}
	if _, err := more.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("one connection more is kept open: %v", err)
	}
}

func TestJoinServiceRefusesABurst(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	client := r.client(t)
	var err error
	for range rateBurst + 1 {
		err = client.get(t.Context(), "/v1/revocations", &renewReply{})
	}
	wantCode(t, err, messages.CodeOverloaded)
}

// TestJoinServiceRenewsItself outlives its own certificate.
func TestJoinServiceRenewsItself(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	first, err := r.service.certificate()
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.service.certificate()
	if err != nil || again != first {
		t.Errorf("a certificate of its own for each connection: %v", err)
	}
	r.clock.pass(10 * certificateTTL)
	if _, err := Join(t.Context(), r.request("node-2", r.invite(RoleNode))); err != nil {
		t.Errorf("after ten days: %v", err)
	}
}
