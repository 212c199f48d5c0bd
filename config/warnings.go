package config

import (
	"fmt"
	"net"
	"os"
)

// Warnings returns what is allowed but hardly wanted in the configuration c
// read from path, one line each: a secret that everybody can read, a link that
// leaves this machine unencrypted, metrics for other machines.
func Warnings(path string, c Config) []string {
	var out []string
	warn := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	inFile := c.XMPP.SecretFile == "" && os.Getenv(secretEnv) == ""
	if about, err := os.Stat(path); err == nil && inFile && about.Mode().Perm()&0o004 != 0 {
		warn("xmpp.secret: everybody can read %s; run: chmod o-rwx %s", path, path)
	}
	if !loopback(c.XMPP.Server) {
		warn("xmpp.server: %s is not on this machine and the link is not encrypted; use a tunnel", c.XMPP.Server)
	}
	if c.Admin.Metrics != "" && !loopback(c.Admin.Metrics) {
		warn("admin.metrics: other machines can reach %s; use 127.0.0.1", c.Admin.Metrics)
	}
	return out
}

// loopback tells whether a host:port stays on this machine.
func loopback(hostport string) bool {
	host, _, _ := net.SplitHostPort(hostport)
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
