package admin_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kmsgateway/bootstrap/admin"
	"kmsgateway/bootstrap/admin/admintest"
	"kmsgateway/messages"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// door is an open door with a fake behind it.
type door struct {
	folder string
	path   string
	fake   *admintest.Fake
	server *admin.Server
	mu     sync.Mutex
	facts  []messages.Fact // guarded by mu
}

func opened(t *testing.T, folder string, operator admin.Operator) *door {
	t.Helper()
	d := &door{folder: folder, path: filepath.Join(folder, admin.SocketName)}
	var err error
	d.server, err = admin.Start(admin.Config{Path: d.path, Operator: operator, Clock: time.Now,
		Publish: func(_ context.Context, fact messages.Fact) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.facts = append(d.facts, fact)
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.server.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return d
}

func open(t *testing.T) *door {
	t.Helper()
	fake := admintest.New()
	d := opened(t, t.TempDir(), fake)
	d.fake = fake
	return d
}

func dialed(t *testing.T, path string) *admin.Client {
	t.Helper()
	client, err := admin.Dial(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func wantCode(t *testing.T, err error, code messages.Code) {
	t.Helper()
	if messages.CodeOf(err) != code {
		t.Errorf("have %v, want code %s", err, code)
	}
}

// TestTheDoorTellsWhatTheProcessTells compares every answer through the door with the operator's own.
func TestTheDoorTellsWhatTheProcessTells(t *testing.T) {
	t.Parallel()
	d := open(t)
	client, ctx := dialed(t, d.path), t.Context()
	ask := func(name string, how func(admin.Operator) (any, error)) {
		t.Helper()
		got, err := how(client)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		want, err := how(admintest.New())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s through the door: %+v\nof the process: %+v", name, got, want)
		}
	}
	ask("status", func(o admin.Operator) (any, error) { return o.Status(ctx) })
	ask("members", func(o admin.Operator) (any, error) { return o.Members(ctx) })
	ask("seats", func(o admin.Operator) (any, error) { return o.Seats(ctx) })
	ask("requests", func(o admin.Operator) (any, error) { return o.Requests(ctx, admin.Filter{}, 5) })
	ask("open requests", func(o admin.Operator) (any, error) {
		return o.Requests(ctx, admin.Filter{State: "open"}, 5)
	})
	ask("one request", func(o admin.Operator) (any, error) { return o.Requests(ctx, admin.Filter{}, 1) })
	ask("request", func(o admin.Operator) (any, error) { return o.Request(ctx, admintest.Request) })
	ask("transfer", func(o admin.Operator) (any, error) { return o.TransferLeader(ctx, "node-1") })
	ask("rotate", func(o admin.Operator) (any, error) { return o.RotateKeyring(ctx) })
}

// TestActsArePublished: who may do anything here leaves a trace, refused or not.
func TestActsArePublished(t *testing.T) {
	t.Parallel()
	d := open(t)
	client, ctx := dialed(t, d.path), t.Context()
	err := errors.Join(client.Snapshot(ctx), client.RemoveNode(ctx, "node-3"), client.Drain(ctx))
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, client.RemoveNode(ctx, "node-2"), messages.CodeConflict)
	if _, err := client.Status(ctx); err != nil {
		t.Fatal(err)
	}
	if acts := d.fake.Acts(); !slices.Equal(acts, []string{"snapshot", "remove node-3", "drain"}) {
		t.Errorf("the process did %v", acts)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var told []string
	for _, fact := range d.facts {
		if fact.Name != messages.FactOperatorActed || fact.Room != "admin" || fact.At.IsZero() {
			t.Errorf("published %+v", fact)
		}
		told = append(told, strings.TrimSpace(fact.Detail+" "+string(fact.Code)))
	}
	want := []string{"snapshot", "remove node node-3", "drain", "remove node node-2 CONFLICT"}
	if !slices.Equal(told, want) {
		t.Errorf("published %q, want %q", told, want)
	}
}

// TestRefusalsKeepTheirFields: an error is the same at both sides of the door.
func TestRefusalsKeepTheirFields(t *testing.T) {
	t.Parallel()
	request, err := messages.ParseRequestID(admintest.Request)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []*messages.GatewayError{
		messages.NotLeader("remove"),
		messages.LedgerConflict("removal", "2 voters would be left"),
		messages.MalformedField("name", "want a name"),
		messages.PartyRefused(3, "ap-south", messages.CodePolicy, "paused"),
		messages.BelowThreshold(request, 1, 2, []messages.PartyIndex{3}),
		messages.StorageFailed("snapshot", errors.New("disk is full")),
		messages.Refused(messages.CodeShuttingDown, "answer", ""),
		messages.Refused(messages.CodeDeadline, "transfer", "no answer"),
	} {
		d := open(t)
		d.fake.Fail = row
		err := dialed(t, d.path).Snapshot(t.Context())
		var told *messages.GatewayError
		if !errors.As(err, &told) || told.Code != row.Code || told.Op != row.Op ||
			told.Field != row.Field || told.Party != row.Party || told.Region != row.Region ||
			told.Request != row.Request || told.Error() != row.Error() {
			t.Errorf("have %v, want %v", err, row)
		}
	}
	d := open(t)
	if _, err := dialed(t, d.path).Request(t.Context(), "1/2/0x"); !errors.Is(err, admin.ErrNotFound) ||
		!strings.Contains(err.Error(), "request 1/2/0x") {
		t.Errorf("have %v, want not found", err)
	}
	d.fake.Fail = errors.New("a bug")
	wantCode(t, dialed(t, d.path).Drain(t.Context()), messages.CodeInternal)
}

// raw sends bytes of a caller's own making and returns status, media type and body.
func (d *door) raw(t *testing.T, method, path, body string) (int, string, string) {
	t.Helper()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", d.path)
	}}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), method, "http://x"+path,
		strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Content-Type"), string(text)
}

// TestTheDoorIsHardened tells it what it must not take.
func TestTheDoorIsHardened(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, row := range []struct {
		name, method, path, body string
		status                   int
		says                     string
	}{
		{"unknown field", "POST", "/v1/remove", `{"name":"node-3","force":true}`, 400, "force"},
		{"two values", "POST", "/v1/remove", `{"name":"node-3"}{}`, 400, "more than one"},
		{"no JSON", "POST", "/v1/drain", "", 400, "body"},
		{"too long", "POST", "/v1/remove", `{"name":"` + strings.Repeat("n", 5000) + `"}`, 400, "4096"},
		{"no name", "POST", "/v1/remove", `{}`, 400, "want the name"},
		{"wrong method", "GET", "/v1/drain", "", 404, "GET /v1/drain"},
		{"no such thing", "GET", "/v1/secrets", "", 404, "/v1/secrets"},
		{"limit", "GET", "/v1/requests?limit=1001", "", 400, "1 to 1000"},
		{"limit of words", "GET", "/v1/requests?limit=many", "", 400, "limit"},
	} {
		status, kind, text := d.raw(t, row.method, row.path, row.body)
		if status != row.status || kind != "application/problem+json" || !strings.Contains(text, row.says) {
			t.Errorf("%s: %d %s %s", row.name, status, kind, text)
		}
	}
	if acts := d.fake.Acts(); len(acts) > 0 {
		t.Errorf("the process did %v", acts)
	}
}

// TestTheDoorBoundsItsCallers: the seventeenth at once is refused, not kept.
func TestTheDoorBoundsItsCallers(t *testing.T) {
	t.Parallel()
	fake := admintest.New()
	fake.Hold = make(chan struct{})
	d := opened(t, t.TempDir(), fake)
	client := dialed(t, d.path)
	answers := make(chan error, 64)
	for range cap(answers) {
		go func() {
			_, err := client.Status(context.Background())
			answers <- err
		}()
	}
	for range cap(answers) - 16 {
		wantCode(t, <-answers, messages.CodeOverloaded)
	}
	close(fake.Hold)
	for range 16 {
		if err := <-answers; err != nil {
			t.Errorf("one that was let in is refused: %v", err)
		}
	}
}

func TestOnlyTheOwnerMayOpen(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	d := opened(t, folder, admintest.New())
	for path, want := range map[string]fs.FileMode{folder: 0o700, d.path: 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 { // socket and lock
		t.Errorf("the folder holds %v", entries)
	}
}

// TestASocketOfTheDeadIsReplaced, and one of the living is not.
func TestASocketOfTheDeadIsReplaced(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, admin.SocketName)
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false) // as a kill leaves it
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Dial(path); !errors.Is(err, admin.ErrAway) {
		t.Errorf("dialing the dead: %v", err)
	}
	opened(t, folder, admintest.New())
	if _, err := dialed(t, path).Status(t.Context()); err != nil {
		t.Error(err)
	}
	_, err = admin.Start(admin.Config{Path: path, Operator: admintest.New()})
	wantCode(t, err, messages.CodeConflict)
	if _, err := dialed(t, path).Status(t.Context()); err != nil {
		t.Errorf("after the refused second process: %v", err)
	}
	_, err = admin.ClaimFolder(folder)
	wantCode(t, err, messages.CodeConflict)
}

func TestAFileInTheWayIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), admin.SocketName)
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := admin.Start(admin.Config{Path: path, Operator: admintest.New()})
	wantCode(t, err, messages.CodeConflict)
	if text, err := os.ReadFile(path); err != nil || !bytes.Equal(text, []byte("precious")) {
		t.Errorf("the file now says %q, %v", text, err)
	}
	claim, err := admin.ClaimFolder(filepath.Dir(path))
	if err != nil {
		t.Fatalf("the refused process kept the folder: %v", err)
	}
	if err := claim.Release(); err != nil {
		t.Error(err)
	}
}

// TestNobodyIsThere: one line that says what to do.
func TestNobodyIsThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data", admin.SocketName)
	_, err := admin.Dial(path)
	if want := "no node answers at " + path + ": is it running?"; !errors.Is(err, admin.ErrAway) ||
		err.Error() != want {
		t.Errorf("have %v, want %q", err, want)
	}
	d := open(t)
	client := dialed(t, d.path)
	if err := d.server.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Status(t.Context()); !errors.Is(err, admin.ErrAway) {
		t.Errorf("have %v, want away", err)
	}
	if err := client.AwaitEnd(t.Context(), time.Millisecond); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(d.path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is left: %v", err)
	}
}

func TestAwaitEndHasABound(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	wantCode(t, dialed(t, d.path).AwaitEnd(ctx, time.Millisecond), messages.CodeDeadline)
}

// TestALongPath: a folder deeper than a socket's address may be.
func TestALongPath(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), strings.Repeat("deep/", 40))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	d := opened(t, folder, admintest.New())
	if _, err := dialed(t, d.path).Status(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAPartyRefusesWhatNodesDo(t *testing.T) {
	t.Parallel()
	d := opened(t, t.TempDir(), admin.OfParty(admintest.New()))
	client, ctx := dialed(t, d.path), t.Context()
	if _, err := client.Status(ctx); err != nil {
		t.Error(err)
	}
	if err := client.Drain(ctx); err != nil {
		t.Error(err)
	}
	_, err := client.Members(ctx)
	wantCode(t, err, messages.CodeConflict)
	_, err = client.Seats(ctx)
	wantCode(t, err, messages.CodeConflict)
	_, err = client.TransferLeader(ctx, "")
	wantCode(t, err, messages.CodeConflict)
	_, err = client.RotateKeyring(ctx)
	wantCode(t, err, messages.CodeConflict)
	wantCode(t, client.Snapshot(ctx), messages.CodeConflict)
	wantCode(t, client.RemoveNode(ctx, "node-1"), messages.CodeConflict)
}
