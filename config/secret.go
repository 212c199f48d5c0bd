package config

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a password that never shows itself: printed with any verb, encoded
// or logged it is "(redacted)". Convert it to a string to use it.
type Secret string

// String returns a placeholder, or "" when there is no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(redacted)"
}

// Format is [Secret.String] for every verb of fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue is [Secret.String] for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is [Secret.String] for encoders. It never fails.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
