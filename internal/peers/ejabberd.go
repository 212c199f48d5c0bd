package peers

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

//go:embed ejabberd.yml
var ejabberdConfig string

// Ejabberd starts a private ejabberd that ends with the test. It is run as a
// node without distribution, so it needs no epmd and no name of its own.
//
// COMPAT: ejabberd 23.01 grants roster privilege and then answers every
// privileged roster change with an error (mended in 23.10).
func Ejabberd(t testing.TB, options ...Option) *Server {
	t.Helper()
	find(t, "ejabberdctl", "ejabberd")
	erl := find(t, "erl", "ejabberd")
	libs, _ := filepath.Glob("/usr/lib/*/ejabberd-*")
	if len(libs) == 0 {
		t.Fatal("ejabberd's libraries are not under /usr/lib: apt-get install ejabberd")
	}
	s, c := newServer(t, "ejabberd", options)
	config := s.configure("ejabberd.yml", ejabberdConfig, c)
	s.version = regexp.MustCompile(`ejabberd (\S+) is started`)
	s.command = func() *exec.Cmd {
		// Schedulers that wait by yielding give a busy machine's time away: a start
		// takes a minute then, and a few seconds without it.
		cmd := exec.Command(erl, "-noinput", "+K", "true", "+S", "2",
			"+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none", "-mnesia", "dir", fmt.Sprintf("%q", filepath.Join(s.dir, "spool")), "-s", "ejabberd")
		cmd.Dir = s.dir
		cmd.Env = append(os.Environ(), "ERL_LIBS="+filepath.Dir(libs[0]), "HOME="+s.dir,
			"ERL_CRASH_DUMP="+filepath.Join(s.dir, "crash"),
			"EJABBERD_CONFIG_PATH="+config, "EJABBERD_LOG_PATH="+filepath.Join(s.dir, "ejabberd.log"))
		return cmd
	}
	s.log = filepath.Join(s.dir, "ejabberd.log")
	s.account = s.register
	s.Start()
	return s
}

// register makes an account by ejabberd's HTTP commands (mod_http_api).
func (s *Server) register(name, password string) error {
	body, err := json.Marshal(map[string]string{"user": name, "host": Host, "password": password})
	if err != nil {
		return err
	}
	resp, err := http.Post("http://"+s.HTTPAddr+"/api/register", "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, answer)
	}
	return nil
}
