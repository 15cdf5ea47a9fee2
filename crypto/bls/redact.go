package bls

import (
	"fmt"
	"io"
)

// Redacted is what a secret prints, whatever asks it: fmt with any verb, slog, JSON, text.
const Redacted = "REDACTED"

// redact gives the type that embeds it every way of printing that Go knows.
type redact struct{}

// String returns Redacted.
func (redact) String() string { return Redacted }

// GoString returns Redacted.
func (redact) GoString() string { return Redacted }

// Format writes Redacted for every verb.
func (redact) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Redacted) }

// MarshalJSON returns Redacted as a JSON string.
func (redact) MarshalJSON() ([]byte, error) { return []byte(`"` + Redacted + `"`), nil }

// MarshalText returns Redacted.
func (redact) MarshalText() ([]byte, error) { return []byte(Redacted), nil }
