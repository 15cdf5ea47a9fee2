package bootstrap

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kmsgateway/messages"
)

func TestInitLeavesAClusterAlone(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	r.join(RoleNode, "node-2")
	for _, data := range []string{r.data, r.request("node-2", Token{}).Data} {
		before := filesBelow(t, data)
		_, err := Init(InitConfig{Cluster: "other", Name: "node-1", Data: data, Clock: r.clock.now})
		wantCode(t, err, messages.CodeConflict)
		after := filesBelow(t, data)
		for path, content := range before {
			if !bytes.Equal(after[path], content) {
				t.Errorf("%s was touched", path)
			}
		}
	}
	_, err := Join(t.Context(), func() JoinConfig {
		config := r.request("node-9", r.invite(RoleNode))
		config.Data = r.data
		return config
	}())
	wantCode(t, err, messages.CodeConflict)
}

func TestInitStartsOverAfterACrash(t *testing.T) {
	t.Parallel()
	clock := newSetClock()
	data := t.TempDir()
	config := InitConfig{Cluster: "test", Name: "node-1", Data: data, Clock: clock.now}
	if _, err := Init(config); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(trustFolder(data), unfinished(trustFolder(data))); err != nil {
		t.Fatal(err)
	}
	if _, err := CreateToken(data, TokenConfig{Role: RoleNode, TTL: time.Hour, Clock: clock.now}); err == nil {
		t.Error("half an authority makes tokens")
	}
	if _, err := Init(config); err != nil {
		t.Fatal(err)
	}
	if _, err := CreateToken(data, TokenConfig{Role: RoleNode, TTL: time.Hour, Clock: clock.now}); err != nil {
		t.Error(err)
	}
}

func TestAuthorityFilesThatAreNot(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, file string
		spoil      func(path string) error
	}{
		{"key readable by others", "ca.key", func(path string) error { return os.Chmod(path, 0o640) }},
		{"no key", "ca.key", os.Remove},
		{"another's key", "ca.key", func(path string) error {
			_, key, err := ed25519.GenerateKey(rand.Reader)
			text, encodeErr := encodeKey(key)
			return errors.Join(err, encodeErr, os.WriteFile(path, text, 0o600))
		}},
		{"no certificate", "ca.pem", func(path string) error { return os.WriteFile(path, nil, 0o600) }},
		{"unknown field", "cluster.json", func(path string) error {
			return os.WriteFile(path, []byte(`{"cluster":"x","extra":1}`), 0o600)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			clock := newSetClock()
			data := t.TempDir()
			if _, err := Init(InitConfig{Cluster: "test", Name: "node-1", Data: data, Clock: clock.now}); err != nil {
				t.Fatal(err)
			}
			if err := row.spoil(filepath.Join(trustFolder(data), row.file)); err != nil {
				t.Fatal(err)
			}
			_, err := StartJoinService(JoinServiceConfig{Listen: "127.0.0.1:0", Data: data,
				Publish: func(context.Context, messages.Fact) {}, Clock: clock.now})
			wantCode(t, err, messages.CodeConfig)
		})
	}
}
