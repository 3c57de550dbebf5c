// Package browsertest drives Debian's Chromium the way a person does: it finds fields by their label and buttons by
// their words, and holds every page it meets against axe's accessibility rules. For tests only.
package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience is how long a step may take before the test fails.
const patience = 60 * time.Second

// Browser is one Chromium process; its Pages have separate cookie jars.
type Browser struct {
	t       testing.TB
	ctx     context.Context
	axe     string
	shots   string
	counter int
}

// Start starts Chromium headless, or skips (fails with ROLLCALL_TEST_REQUIRE) when it is not installed. axeFile is
// axe-core's script; screenshots go to the folder ROLLCALL_TEST_SHOTS, if set.
func Start(t testing.TB, axeFile string) *Browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "Chromium is not installed (Debian: chromium)")
	}
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		missing(t, "axe-core is not installed; `make test` installs it")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal("start Chromium: ", err)
	}
	return &Browser{t: t, ctx: ctx, axe: string(axe), shots: os.Getenv("ROLLCALL_TEST_SHOTS")}
}

func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("ROLLCALL_TEST_REQUIRE") != "" {
		t.Fatal(what)
	}
	t.Skip("skipped: " + what)
}

// Page is a tab with a cookie jar of its own.
type Page struct {
	b   *Browser
	t   testing.TB
	ctx context.Context

	look Look

	mu      sync.Mutex
	console []string
}

// Look says how a page is shown: its width in CSS pixels, dark or light, with or without scripts.
type Look struct {
	Width    int
	Dark     bool
	NoScript bool
}

// NewPage opens a tab as another person's browser would.
func (b *Browser) NewPage(t testing.TB) *Page {
	t.Helper()
	return b.open(t, b.ctx, chromedp.WithNewBrowserContext())
}

// For has the page report to another test, say the next subtest.
func (p *Page) For(t testing.TB) *Page {
	p.t = t
	return p
}

// Beside opens a second tab of the same person's browser.
func (b *Browser) Beside(p *Page) *Page {
	p.t.Helper()
	return b.open(p.t, p.ctx)
}

func (b *Browser) open(t testing.TB, parent context.Context, o ...chromedp.ContextOption) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, o...)
	t.Cleanup(cancel)
	p := &Page{b: b, t: t, ctx: ctx}
	// The first action makes the tab, which lives as long as that action's context: no time limit here.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal("open a tab: ", err)
	}
	p.As(Look{Width: 1360})
	p.listen()
	return p
}

// attach takes over a tab that a page has opened.
func (b *Browser) attach(p *Page, o chromedp.ContextOption) *Page {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(p.ctx, o)
	p.t.Cleanup(cancel)
	tab := &Page{b: b, t: p.t, ctx: ctx}
	if _, err := chromedp.Run(ctx, chromedp.Location()); err != nil {
		p.t.Fatal("attach to the new tab: ", err)
	}
	tab.As(p.look)
	tab.listen()
	return tab
}

func (p *Page) listen() {
	lines := chromedp.Console(p.ctx)
	go func() {
		for m, err := range lines {
			if err != nil {
				return
			}
			p.mu.Lock()
			p.console = append(p.console, m.String())
			p.mu.Unlock()
		}
	}()
}

// As changes how pages are shown from the next load on.
func (p *Page) As(l Look) {
	p.t.Helper()
	p.look = l
	scheme := "light"
	if l.Dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		// Without motion, so that no colour is looked at half way.
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	if err == nil {
		_, err = chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.NoScript})
	}
	if err == nil {
		err = chromedp.Do(p.ctx, chromedp.EmulateViewport(int64(l.Width), 900))
	}
	if err != nil {
		p.t.Fatal("set the look: ", err)
	}
}

// NoScript tells whether the page runs without scripts.
func (p *Page) NoScript() bool { return p.look.NoScript }

func (p *Page) must(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v\n%s", what, err, p.describe())
	}
}

// describe is what a failed step shows: where the page is and what it says.
func (p *Page) describe() string {
	p.Shot("failed")
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.body ? document.body.innerText : "")`))
	if len(text) > 3000 {
		text = text[:3000]
	}
	return text
}

// Open goes to an address.
func (p *Page) Open(address string) {
	p.t.Helper()
	p.must("open "+address, chromedp.Navigate(address))
}

// eval runs a script and answers its value, trying again while a page is being replaced by the next.
func eval[T any](p *Page, script string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
		if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "context") && !strings.Contains(err.Error(), "navigat") {
			return v, err
		}
	}
}

// Wait waits until the script answers true, across page loads.
func (p *Page) Wait(what, script string) {
	p.t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		ctx, cancel := context.WithTimeout(p.ctx, patience)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+script+")"))
		cancel()
		if err == nil && ok {
			return
		}
		select {
		case <-deadline:
			p.t.Fatalf("waited in vain for %s (%v)\n%s", what, err, p.describe())
		case <-tick.C:
		}
	}
}

// See waits until the page shows the text.
func (p *Page) See(text string) {
	p.t.Helper()
	p.Wait("the text "+text, fmt.Sprintf(`document.readyState === "complete" && document.body.innerText.includes(%q)`, text))
}

// Text is what the page shows now.
func (p *Page) Text() string {
	p.t.Helper()
	s, err := eval[string](p, "document.body.innerText")
	if err != nil {
		p.t.Fatal("read the page: ", err)
	}
	return s
}

// Address is where the page is.
func (p *Page) Address() string {
	s, _ := eval[string](p, "location.href")
	return s
}

// Value is the value of the field with that label.
func (p *Page) Value(label string) string {
	p.t.Helper()
	id := p.mark(fieldScript, label)
	v, err := chromedp.Run(p.ctx, chromedp.Value(chromedp.CSS(id)))
	if err != nil {
		p.t.Fatalf("read %q: %v", label, err)
	}
	return v
}

// Shot saves a screenshot of the whole page, if asked for.
func (p *Page) Shot(name string) {
	if p.b.shots == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(p.b.shots, name+".png"), png, 0o644)
	}
	if err != nil {
		p.t.Log("screenshot: ", err)
	}
}

// Console is what the browser has complained about: a silent console is part of every story, because it is what
// catches a break of the CSP.
func (p *Page) Console() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.console...)
}
