package config

import (
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	maxFile   = 1 << 20                 // bytes of a configuration file
	maxSecret = 4096                    // bytes of a secret file
	secretEnv = "FRONTDESK_XMPP_SECRET" //nolint:gosec // the name of a variable, not a secret
)

// Read decodes the file at path and does no more: it looks neither for the
// secret nor at what the values mean. It is for whoever only needs to know where
// the daemon is.
func Read(path string) (Config, error) {
	c, _, err := read(path)
	return c, err
}

// read also returns the line of each key.
func read(path string) (Config, map[string]int, error) {
	b, err := readBounded(path, maxFile)
	if err != nil {
		return Config{}, nil, fmt.Errorf("read the configuration: %w", err)
	}
	return parse(path, b)
}

// Load reads the file at path, finds the secret and validates the whole. The
// environment variable FRONTDESK_XMPP_SECRET wins over the file's secret. An
// unreadable file is an error of os; everything else is an [Errors].
func Load(path string) (Config, error) {
	c, lines, err := read(path)
	if err != nil {
		return Config{}, err
	}
	var errs Errors
	c.XMPP.Secret = c.secret(&errs)
	missing := len(errs) > 0 && c.XMPP.Secret == ""
	for _, e := range c.problems() {
		if e.Key != "xmpp.secret" || !missing {
			errs = append(errs, e)
		}
	}
	if err := errs.at(path, lines).orNil(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// secret returns the secret from its one source.
func (c Config) secret(errs *Errors) Secret {
	if s := os.Getenv(secretEnv); s != "" {
		return Secret(s)
	}
	if c.XMPP.SecretFile == "" {
		return c.XMPP.Secret
	}
	if c.XMPP.Secret != "" {
		errs.add("xmpp.secret_file", "xmpp.secret is set too; remove one of them")
		return c.XMPP.Secret
	}
	s, err := readSecret(c.XMPP.SecretFile)
	if err != nil {
		errs.add("xmpp.secret_file", "%s", err)
	}
	return s
}

// readSecret returns the first line of a file that only its owner can read.
func readSecret(path string) (Secret, error) {
	about, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if mode := about.Mode().Perm(); mode&0o077 != 0 {
		return "", fmt.Errorf("%s has mode %04o, others can read it; run: chmod 600 %s", path, mode, path)
	}
	b, err := readBounded(path, maxSecret)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(b), "\n")
	line = strings.TrimSuffix(line, "\r")
	if line == "" {
		return "", fmt.Errorf("%s: the first line is empty; write the secret there", path)
	}
	return Secret(line), nil
}

// readBounded reads a whole file of at most limit bytes.
func readBounded(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, limit)
	}
	return b, nil
}
