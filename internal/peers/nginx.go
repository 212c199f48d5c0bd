package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
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
// where it listens. site is the path of contrib/nginx.conf, which is used as it
// is but for the addresses and without TLS.
func Nginx(t testing.TB, site, upstream string) string {
	t.Helper()
	path := find(t, "nginx", "nginx")
	dir, err := os.MkdirTemp("", "peers-nginx-")
	if err != nil {
		t.Fatal(err)
	}
	addr, config := FreeAddr(t), filepath.Join(dir, "nginx.conf")
	text := strings.NewReplacer(
		"listen 443 ssl http2;", "listen "+addr+";", "    ssl_", "    # ssl_", "127.0.0.1:5280", upstream,
	).Replace(readFile(site))
	if !strings.Contains(text, upstream) {
		t.Fatalf("%s names no upstream", site)
	}
	writeFile(t, config, fmt.Sprintf(nginxFrame, dir, text))
	log := filepath.Join(dir, "log")
	p, err := startProcess(exec.Command(path, "-c", config), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.stop()
		_ = os.RemoveAll(dir)
	})
	Until(t, 10*time.Second, "nginx", func() error {
		if p.ended() {
			t.Fatalf("nginx ended: %s", readFile(log))
		}
		return listening(addr)
	})
	return addr
}
