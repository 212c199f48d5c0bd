package config

import "log/slog"

// Secret is a password that never shows itself: printed or logged it is
// "(redacted)". Convert it to a string to use it.
type Secret string

const redacted = "(redacted)"

// String returns a placeholder, or "" when there is no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString is [Secret.String] for the verb %#v.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// LogValue is [Secret.String] for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is [Secret.String] for encoders. It never fails.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
