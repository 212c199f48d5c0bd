package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// caddyFrame are the options around the sites: nothing is fetched, nothing
// listens but the site.
const caddyFrame = `{
	admin off
	auto_https disable_redirects
}
`

// Caddy puts a private Caddy in front of frontdesk at upstream. file is the
// path of contrib/Caddyfile, which is used as it is but for the addresses and
// the certificate.
func Caddy(t testing.TB, file, upstream string) *Front {
	t.Helper()
	path := find(t, "caddy", "caddy")
	dir, err := os.MkdirTemp("", "peers-caddy-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	addr := FreeAddr(t)
	cert, key, roots := certificate(t, dir, site)
	here := fmt.Sprintf("%s:%s {\n\tbind 127.0.0.1\n\ttls %s %s\n", site, port(addr), cert, key)
	config := filepath.Join(dir, "Caddyfile")
	writeFile(t, config, caddyFrame+contributed(t, file, site+" {\n", here, "127.0.0.1:5280", upstream))
	cmd := exec.Command(path, "run", "--config", config, "--adapter", "caddyfile")
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	startFront(t, cmd, dir, addr)
	return &Front{addr, roots}
}
