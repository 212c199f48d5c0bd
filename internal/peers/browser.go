package peers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Browser is a Chromium with one page and a profile of its own. Its methods
// belong to the test's goroutine.
type Browser struct {
	t    testing.TB
	ctx  context.Context //nolint:containedctx // chromedp's handle of the page
	mu   sync.Mutex
	main *exec.Cmd

	closePage func() // of a page that is not the first
}

// Chromium starts a browser that ends with the test; its page is empty.
func Chromium(t testing.TB) *Browser {
	t.Helper()
	path := find(t, "chromium", "chromium")
	dir, err := os.MkdirTemp("", "peers-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	b := &Browser{t: t}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.ModifyCmdFunc(b.keep),
		chromedp.WSURLReadTimeout(Patience),
	}
	for _, flag := range []string{
		"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "disable-dev-shm-usage",
	} {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	page, closePage := chromedp.NewContext(allocator)
	b.ctx = page
	t.Cleanup(func() {
		b.Kill()
		closePage()
		stop()
		_ = os.RemoveAll(dir)
	})
	if _, err := chromedp.Run(page, chromedp.Title()); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return b
}

func (b *Browser) keep(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.main = cmd
}

// run does an action on the page.
func run[T any](b *Browser, what string, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, Patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		b.t.Fatalf("browser: %s: %v", what, err)
	}
	return value
}

// Open navigates to url and waits for the page's load event.
func (b *Browser) Open(url string) {
	b.t.Helper()
	run(b, "open "+url, chromedp.Navigate(url))
}

// Exec runs a script for its effect.
func (b *Browser) Exec(script string) {
	b.t.Helper()
	run(b, script, chromedp.Evaluate[chromedp.Void](script))
}

// Eval runs a script and returns its value.
func Eval[T any](b *Browser, script string) T {
	b.t.Helper()
	return run(b, script, chromedp.Evaluate[T](script))
}

// True waits until a script's value is true.
func (b *Browser) True(within time.Duration, script string) {
	b.t.Helper()
	Until(b.t, within, script, func() error {
		if !Eval[bool](b, "Boolean("+script+")") {
			return fmt.Errorf("still false")
		}
		return nil
	})
}

// Screenshot writes the page as PNG into dir.
func (b *Browser) Screenshot(dir, name string) {
	b.t.Helper()
	png := run(b, "screenshot", chromedp.CaptureScreenshot())
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// Kill ends the browser with all its processes at once (SIGKILL), as a crash
// or the end of power does.
func (b *Browser) Kill() { b.signal(syscall.SIGKILL) }

// descendants returns a process and all below it, from /proc.
func descendants(root int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		var pid, parent int
		var state string
		text := readFile(path)
		after := text[strings.LastIndexByte(text, ')')+1:] // the name may hold spaces
		if _, err := fmt.Sscan(after, &state, &parent); err != nil {
			continue
		}
		if _, err := fmt.Sscan(filepath.Base(filepath.Dir(path)), &pid); err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	all := []int{root}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}
