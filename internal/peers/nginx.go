package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// nginxFrame is what a distribution's nginx.conf has around a site.
const nginxFrame = `daemon off;
pid %[1]s/pid;
error_log %[1]s/error.log;
events {}
http {
access_log off;
client_body_temp_path %[1]s/body;
proxy_temp_path %[1]s/proxy;
fastcgi_temp_path %[1]s/fastcgi;
uwsgi_temp_path %[1]s/uwsgi;
scgi_temp_path %[1]s/scgi;
%[2]s}
`

// Nginx puts a private nginx in front of frontdesk at upstream and returns
// where it listens. file is the path of contrib/nginx.conf, which is used as it
// is but for the addresses, without TLS, and with changes: old texts, each
// followed by the new one.
func Nginx(t testing.TB, file, upstream string, changes ...string) string {
	t.Helper()
	addr := FreeAddr(t)
	startNginx(t, nginxDir(t), addr, contributed(t, file, append(changes,
		"listen 443 ssl http2;", "listen "+addr+";", "    ssl_", "    # ssl_", "127.0.0.1:5280", upstream)...))
	return addr
}

// NginxTLS is [Nginx] with TLS.
func NginxTLS(t testing.TB, file, upstream string, changes ...string) *Front {
	t.Helper()
	addr, dir := FreeAddr(t), nginxDir(t)
	cert, key, roots := certificate(t, dir, site)
	startNginx(t, dir, addr, contributed(t, file, append(changes,
		"listen 443 ", "listen "+addr+" ", "127.0.0.1:5280", upstream,
		"/etc/letsencrypt/live/"+site+"/fullchain.pem", cert, "/etc/letsencrypt/live/"+site+"/privkey.pem", key)...))
	return &Front{addr, roots}
}

func nginxDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "peers-nginx-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// startNginx serves a site in dir and waits until it listens.
func startNginx(t testing.TB, dir, addr, served string) {
	t.Helper()
	config := filepath.Join(dir, "nginx.conf")
	writeFile(t, config, fmt.Sprintf(nginxFrame, dir, served))
	startFront(t, exec.Command(find(t, "nginx", "nginx"), "-c", config), dir, addr)
}

// startFront runs a reverse proxy until the test ends and waits until it
// listens.
func startFront(t testing.TB, cmd *exec.Cmd, dir, addr string) {
	t.Helper()
	log := filepath.Join(dir, "log")
	p, err := startProcess(cmd, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	Until(t, Patience, cmd.Path, func() error {
		if p.ended() {
			t.Fatalf("%s ended: %s", cmd.Path, readFile(log))
		}
		return listening(addr)
	})
}
