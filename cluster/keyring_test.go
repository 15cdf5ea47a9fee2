package cluster_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kmsgateway/cluster"
	"kmsgateway/messages"
)

func key(letter byte) []byte { return bytes.Repeat([]byte{letter}, cluster.GossipKeySize) }

func written(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gossip.key")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestKeyringOutlivesTheProcess(t *testing.T) {
	path := written(t, hex.EncodeToString(key('a'))+"\n", 0o600)
	ring, err := cluster.OpenKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		change func([]byte) error
		key    byte
		want   string
	}{
		{ring.Install, 'b', "ab"}, {ring.Install, 'b', "ab"}, {ring.Use, 'b', "ba"},
		{ring.Install, 'c', "bac"}, {ring.Install, 'd', "bacd"}, {ring.Remove, 'a', "bcd"},
		{ring.Remove, 'a', "bcd"}, {ring.Use, 'd', "dbc"}, {ring.Remove, 'c', "db"},
	} {
		if err := step.change(key(step.key)); err != nil {
			t.Fatalf("towards %s: %v", step.want, err)
		}
		var want []string
		var text strings.Builder
		for _, letter := range []byte(step.want) {
			one, err := cluster.NewKeyring(key(letter))
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, one.Fingerprints()...)
			fmt.Fprintf(&text, "%x\n", key(letter))
		}
		if got := ring.Fingerprints(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: holds %v, want %v", step.want, got, want)
		}
		onDisk, err := os.ReadFile(path)
		if err != nil || string(onDisk) != text.String() {
			t.Errorf("%s: on disk %q, %v", step.want, onDisk, err)
		}
		again, err := cluster.OpenKeyring(path)
		if err != nil || fmt.Sprint(again.Fingerprints()) != fmt.Sprint(want) {
			t.Errorf("%s: opened again: %v, %v", step.want, again, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if names, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

func TestKeyringRefuses(t *testing.T) {
	line := hex.EncodeToString(key('a')) + "\n"
	for name, path := range map[string]string{
		"no file":       filepath.Join(t.TempDir(), "none"),
		"for others":    written(t, line, 0o644),
		"no key":        written(t, "", 0o600),
		"half a key":    written(t, line[:40], 0o600),
		"no hex":        written(t, strings.Replace(line, "61", "zz", 1), 0o600),
		"too many keys": written(t, strings.Repeat(line, 100), 0o600),
	} {
		if _, err := cluster.OpenKeyring(path); err == nil || strings.Contains(err.Error(), "6161") {
			t.Errorf("%s: %v", name, err)
		}
	}
	path := written(t, line, 0o600)
	ring, err := cluster.OpenKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, refused := range map[string]struct {
		err  error
		code messages.Code
	}{
		"short":         {ring.Install([]byte("short")), messages.CodeMalformedInput},
		"not installed": {ring.Use(key('b')), messages.CodeConflict},
		"the primary":   {ring.Remove(key('a')), messages.CodeConflict},
	} {
		if messages.CodeOf(refused.err) != refused.code {
			t.Errorf("%s: %v", name, refused.err)
		}
	}
	for i := range 7 {
		if err := ring.Install(key(byte(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := ring.Install(key(99)); messages.CodeOf(err) != messages.CodeOverloaded {
		t.Errorf("a ninth key: %v", err)
	}
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	before := fmt.Sprint(ring.Fingerprints())
	if err := ring.Use(key(1)); messages.CodeOf(err) != messages.CodeStorage {
		t.Errorf("a disk that is gone: %v", err)
	}
	if after := fmt.Sprint(ring.Fingerprints()); after != before {
		t.Errorf("what is not on disk is in use: %s", after)
	}
	if text := fmt.Sprintf("%v %+v %#v", ring, ring, ring); strings.Contains(text, "6161") ||
		strings.Contains(text, "97 97") || strings.Contains(text, "aaaa") {
		t.Errorf("a key shows in %s", text)
	}
}

// primary is the key that a node encrypts with, by its fingerprint.
func (p *parish) primary(name string) string { return p.keys[name].Fingerprints()[0] }

func TestKeyringRotatesUnderTraffic(t *testing.T) {
	p := newParish(t, "n1", "n2", "n3")
	p.converge(5*time.Second, "n1", "n2", "n3")
	for name, fabric := range p.fabrics {
		p.keys[name].Serve(fabric.Peers())
	}
	was := p.primary("n1")
	for range 5 {
		if err := p.keys["n1"].Rotate(context.Background(), p.fabrics["n1"].Peers(), []string{"n2", "n3"}); err != nil {
			t.Fatal(err)
		}
		p.converge(time.Second, "n1", "n2", "n3")
	}
	for _, name := range []string{"n1", "n2", "n3"} {
		if held := p.keys[name].Fingerprints(); len(held) != 1 || held[0] == was || held[0] != p.primary("n1") {
			t.Errorf("%s holds %v", name, held)
		}
	}
	p.stop(p.members["n3"]) // gossip under the new key still notices
	p.fabrics["n3"].Close()
	p.converge(5*time.Second, "n1", "n2")
	soon(t, 5*time.Second, "the leader proposes it", func() bool { return p.proposed() == "n3.1 down" })

	// Who slept through it has the old key only, and nothing but that keeps it out.
	p.fabrics["n3"] = p.open("n3")
	p.fabrics["n3"].Learn(p.committed())
	p.lead("") // nobody to ask
	p.start("n3", 1, oldKey)
	begin := p.called("n3")
	soon(t, 5*time.Second, "it tries", func() bool { return p.called("n3") >= begin+6 })
	if got := p.sees("n1") + ", " + p.sees("n2") + ", " + p.sees("n3"); got != "n1 n2, n1 n2, n3" {
		t.Errorf("they see %s", got)
	}
	p.lead("n1")
	p.converge(5*time.Second, "n1", "n2", "n3")
	if held := p.keys["n3"].Fingerprints(); len(held) != 1 || held[0] != p.primary("n1") {
		t.Errorf("it holds %v", held)
	}
}

func TestKeyringFollows(t *testing.T) {
	nodes := newTown(t).opened("n1", "n2")
	for _, row := range []struct{ name, mine, theirs string }{
		{"the same", "a", "a"}, {"another", "a", "b"}, {"in the midst of a rotation", "a", "ab"},
		{"towards its end", "a", "ba"}, {"full", "abcdefgh", "hijklmno"},
	} {
		rings := map[string]*cluster.Keyring{}
		for name, letters := range map[string]string{"n1": row.theirs, "n2": row.mine} {
			var keys [][]byte
			for _, letter := range []byte(letters) {
				keys = append(keys, key(letter))
			}
			var err error
			if rings[name], err = cluster.NewKeyring(keys...); err != nil {
				t.Fatal(err)
			}
		}
		rings["n1"].Serve(nodes["n1"].Peers())
		err := rings["n2"].Follow(t.Context(), nodes["n2"].Peers(), "n1")
		mine, theirs := rings["n2"].Fingerprints(), rings["n1"].Fingerprints()
		slices.Sort(mine[1:])
		slices.Sort(theirs[1:])
		if err != nil || !slices.Equal(mine, theirs) {
			t.Errorf("%s: it holds %v, not %v: %v", row.name, mine, theirs, err)
		}
	}
	ring, err := cluster.NewKeyring(oldKey)
	if err != nil {
		t.Fatal(err)
	}
	nodes["n1"].Peers().Answer("keyring.held", func(context.Context, string, []byte) ([]byte, error) {
		return key('c'), ring.Install(newKey) // a rotation is quicker than the answer
	})
	if err := ring.Follow(t.Context(), nodes["n2"].Peers(), "n1"); err != nil {
		t.Error(err)
	}
	if held := ring.Fingerprints(); len(held) != 2 {
		t.Errorf("what a rotation installs is lost: it holds %v", held)
	}
	if err := ring.Remove(newKey); err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string][]byte{"nothing": nil, "half a key": oldKey[1:],
		"too many": bytes.Repeat(newKey, 9)} {
		nodes["n1"].Peers().Answer("keyring.held",
			func(context.Context, string, []byte) ([]byte, error) { return answer, nil })
		err := ring.Follow(t.Context(), nodes["n2"].Peers(), "n1")
		if messages.CodeOf(err) != messages.CodeMalformedInput || len(ring.Fingerprints()) != 1 {
			t.Errorf("%s: %v, and it holds %v", name, err, ring.Fingerprints())
		}
	}
}

func TestRotationWaitsForAll(t *testing.T) {
	nodes := newTown(t).opened("n1", "n2", "n3", "n4")
	rings := map[string]*cluster.Keyring{}
	for name := range nodes {
		var err error
		if rings[name], err = cluster.NewKeyring(oldKey); err != nil {
			t.Fatal(err)
		}
		rings[name].Serve(nodes[name].Peers())
	}
	before := fmt.Sprint(rings["n1"].Fingerprints())
	refuse := func(context.Context, string, []byte) ([]byte, error) {
		return nil, messages.StorageFailed("write keyring", nil)
	}
	used := atomic.Int32{}
	nodes["n2"].Peers().Answer("keyring.use", func(context.Context, string, []byte) ([]byte, error) {
		used.Add(1)
		return nil, nil
	})
	nodes["n3"].Peers().Answer("keyring.install", refuse)
	nodes["n4"].Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := rings["n1"].Rotate(ctx, nodes["n1"].Peers(), []string{"n2", "n3", "n4"})
	if messages.CodeOf(err) != messages.CodeConflict || !strings.Contains(err.Error(), "not done by n3, n4") {
		t.Errorf("two cannot install: %v", err)
	}
	if used.Load() != 0 {
		t.Error("a node was told to use a key that others lack")
	}
	for _, name := range []string{"n1", "n2", "n3"} {
		if after := fmt.Sprint(rings[name].Fingerprints()); after != before {
			t.Errorf("%s keeps %s", name, after)
		}
	}

	// One that does not get to use it still understands all others, and the old keys stay.
	rings["n3"].Serve(nodes["n3"].Peers())
	nodes["n3"].Peers().Answer("keyring.use", refuse)
	rings["n2"].Serve(nodes["n2"].Peers())
	err = rings["n1"].Rotate(ctx, nodes["n1"].Peers(), []string{"n2", "n3"})
	if messages.CodeOf(err) != messages.CodeConflict || !strings.Contains(err.Error(), "keyring.use: not done by n3") {
		t.Errorf("one cannot use: %v", err)
	}
	for _, name := range []string{"n1", "n2", "n3"} {
		if held := rings[name].Fingerprints(); len(held) != 2 {
			t.Errorf("%s holds %v", name, held)
		}
	}
	rings["n3"].Serve(nodes["n3"].Peers())
	if err := rings["n1"].Rotate(ctx, nodes["n1"].Peers(), []string{"n2", "n3"}); err != nil {
		t.Errorf("the next rotation: %v", err)
	}
	for _, name := range []string{"n1", "n2", "n3"} {
		if held := rings[name].Fingerprints(); len(held) != 1 || held[0] != rings["n1"].Fingerprints()[0] {
			t.Errorf("%s holds %v", name, held)
		}
	}
}
