package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"kmsgateway/messages"
)

// maxAnswer bounds what the client reads of an answer, in bytes: MaxLines lines, or the longest
// timelines of many nodes, are a tenth of it.
const maxAnswer = 8 << 20

// ErrAway says that no process answers at the socket.
var ErrAway = errors.New("no process answers")

// away is an ErrAway in the words for the one who runs the process.
type away struct {
	path  string
	cause error
}

func (a away) Error() string {
	return fmt.Sprintf("no node answers at %s: is it running?", a.path)
}
func (a away) Is(target error) bool { return target == ErrAway }
func (a away) Unwrap() error        { return a.cause }

// Client asks a process through its door. It is an Operator, whose errors are those of the process,
// ErrAway where none answers, and fs.ErrPermission where this user may not open the door.
type Client struct {
	path      string
	transport *http.Transport
	http      http.Client
}

var _ Operator = (*Client)(nil)

// Dial finds the door at a path and makes sure that a process is behind it.
func Dial(path string) (*Client, error) {
	c := &Client{path: path, transport: &http.Transport{}}
	c.transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return c.dial(ctx)
	}
	c.http = http.Client{Transport: c.transport, Timeout: actTime + lookTime}
	if !c.Alive() {
		_, err := c.dial(context.Background())
		return nil, c.explain(err)
	}
	return c, nil
}

// Close lets go of the connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Alive tells whether a process is behind the door.
func (c *Client) Alive() bool {
	conn, err := c.dial(context.Background())
	if err != nil {
		return false
	}
	_ = conn.Close() // nothing was told
	return true
}

func (c *Client) dial(ctx context.Context) (conn net.Conn, err error) {
	err = reach(c.path, func(address *net.UnixAddr) error {
		conn, err = new(net.Dialer).DialContext(ctx, "unix", address.Name)
		return err
	})
	return conn, err
}

// explain tells in one line why the door did not open.
func (c *Client) explain(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("open %s: only the user that runs the process may: %w", c.path,
			fs.ErrPermission)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ECONNREFUSED),
		errors.Is(err, unix.ENOTDIR):
		return away{c.path, err}
	default:
		return fmt.Errorf("open %s: %w", c.path, err)
	}
}

// Status implements Operator.
func (c *Client) Status(ctx context.Context) (status Status, err error) {
	return status, c.call(ctx, http.MethodGet, "/v1/status", nil, &status)
}

// Members implements Operator.
func (c *Client) Members(ctx context.Context) (members []Member, err error) {
	return members, c.call(ctx, http.MethodGet, "/v1/members", nil, &members)
}

// Seats implements Operator.
func (c *Client) Seats(ctx context.Context) (seats []Seat, err error) {
	return seats, c.call(ctx, http.MethodGet, "/v1/seats", nil, &seats)
}

// Requests implements Operator.
func (c *Client) Requests(ctx context.Context, filter Filter, limit int) (lines []Line, err error) {
	query := url.Values{"limit": {strconv.Itoa(limit)}}
	if filter.State != "" {
		query.Set("state", filter.State)
	}
	return lines, c.call(ctx, http.MethodGet, "/v1/requests?"+query.Encode(), nil, &lines)
}

// Request implements Operator.
func (c *Client) Request(ctx context.Context, id string) (timeline Timeline, err error) {
	query := url.Values{"id": {id}}
	return timeline, c.call(ctx, http.MethodGet, "/v1/request?"+query.Encode(), nil, &timeline)
}

// Drain implements Operator.
func (c *Client) Drain(ctx context.Context) error {
	return c.call(ctx, http.MethodPost, "/v1/drain", nothing{}, &nothing{})
}

// Snapshot implements Operator.
func (c *Client) Snapshot(ctx context.Context) error {
	return c.call(ctx, http.MethodPost, "/v1/snapshot", nothing{}, &nothing{})
}

// TransferLeader implements Operator.
func (c *Client) TransferLeader(ctx context.Context, name string) (string, error) {
	var leader named
	err := c.call(ctx, http.MethodPost, "/v1/leader", named{name}, &leader)
	return leader.Name, err
}

// RemoveNode implements Operator.
func (c *Client) RemoveNode(ctx context.Context, name string) error {
	return c.call(ctx, http.MethodPost, "/v1/remove", named{name}, &nothing{})
}

// RotateKeyring implements Operator.
func (c *Client) RotateKeyring(ctx context.Context) (rotation Rotation, err error) {
	return rotation, c.call(ctx, http.MethodPost, "/v1/keyring", nothing{}, &rotation)
}

// AwaitEnd waits until no process is behind the door any more, looking every period.
func (c *Client) AwaitEnd(ctx context.Context, every time.Duration) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for c.Alive() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return messages.Refused(messages.CodeDeadline, "wait", "the process has not ended yet")
		}
	}
	return nil
}

// call returns the process's own refusal as the error it was there.
func (c *Client) call(ctx context.Context, method, path string, about, into any) error {
	var body io.Reader
	if about != nil {
		text, err := json.Marshal(about)
		if err != nil {
			return fmt.Errorf("encode call: %w", err)
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://admin"+path, body)
	if err != nil {
		return fmt.Errorf("make call: %w", err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		var told *url.Error
		if errors.As(err, &told) {
			err = told.Err
		}
		return c.explain(err)
	}
	defer func() { _ = response.Body.Close() }() // read only
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("hear answer: %w", err)
	}
	if response.StatusCode == http.StatusOK {
		if err := decode(text, into); err != nil {
			return fmt.Errorf("hear answer: %w", err)
		}
		return nil
	}
	var refused problem
	if err := decode(text, &refused); err != nil || refused.Title == "" {
		return fmt.Errorf("hear answer: status %d", response.StatusCode)
	}
	return refused.error()
}
