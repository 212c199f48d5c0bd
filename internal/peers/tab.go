package peers

import (
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

// Tab opens one more page of the browser; it is empty. Close closes it.
func (b *Browser) Tab(t testing.TB) *Browser {
	t.Helper()
	return b.tab(t)
}

// Private opens one more page that shares neither cookies nor connections with
// the others, as a private window does.
func (b *Browser) Private(t testing.TB) *Browser {
	t.Helper()
	return b.tab(t, chromedp.WithNewBrowserContext())
}

func (b *Browser) tab(t testing.TB, options ...chromedp.ContextOption) *Browser {
	t.Helper()
	page, closePage := chromedp.NewContext(b.ctx, options...)
	tab := &Browser{t: t, ctx: page, main: b.main, closePage: closePage}
	if _, err := chromedp.Run(page, chromedp.Title()); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return tab
}

// Close closes a page that [Browser.Tab] or [Browser.Private] has opened, as
// its visitor does, and returns when it is gone.
func (b *Browser) Close() { b.closePage() }

// Pause makes the browser with all its processes stand still, connections
// open (SIGSTOP), as a laptop does whose lid is closed. Kill still ends it.
func (b *Browser) Pause() { b.signal(syscall.SIGSTOP) }

func (b *Browser) signal(sig syscall.Signal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.main == nil || b.main.Process == nil {
		return
	}
	for _, pid := range descendants(b.main.Process.Pid) {
		_ = syscall.Kill(pid, sig)
	}
}
