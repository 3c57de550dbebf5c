package browsertest

import (
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Scripts that mark the element a person means; they answer whether there is one. Hidden ones do not count.
const (
	fieldScript = `(label) => {
		const shown = (e) => e.getClientRects().length > 0;
		const clean = (s) => (s || "").replace(/\s+/g, " ").trim();
		const name = (e) => clean(e.getAttribute("aria-label") || [...(e.labels || [])].map((l) => l.innerText).join(" "));
		const all = [...document.querySelectorAll("input, select, textarea")].filter(shown);
		return all.find((e) => name(e) === label) || all.find((e) => name(e).startsWith(label));
	}`
	buttonScript = `(words) => {
		const shown = (e) => e.getClientRects().length > 0 && !e.disabled;
		const clean = (s) => (s || "").replace(/\s+/g, " ").trim();
		const name = (e) => clean(e.getAttribute("aria-label") || e.innerText);
		const open = document.querySelector("dialog[open]");
		const all = [...(open || document).querySelectorAll("button, a[href], input[type=submit], summary")].filter(shown);
		return all.find((e) => name(e) === words) || all.find((e) => clean(e.innerText) === words) || all.find((e) => name(e).startsWith(words)) || all.find((e) => name(e).includes(words));
	}`
)

// mark waits for the element and answers a selector for it.
func (p *Page) mark(finder, words string) string {
	p.t.Helper()
	p.b.counter++
	id := fmt.Sprintf("t%d", p.b.counter)
	p.Wait(fmt.Sprintf("%q", words), fmt.Sprintf(`(() => { const e = (%s)(%q); if (e && document.readyState === "complete") { e.dataset.t = %q; return true } })()`, finder, words, id))
	return `[data-t="` + id + `"]`
}

// Fill types into the field with that label, replacing what is there.
func (p *Page) Fill(label, value string) {
	p.t.Helper()
	at := p.mark(fieldScript, label)
	p.must("fill "+label, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.focus(); e.value = ""; })()`, at)))
	if value != "" {
		p.must("fill "+label, chromedp.SendKeys(chromedp.CSS(at), value))
	}
}

// Choose picks the option with that text in the list with that label.
func (p *Page) Choose(label, option string) {
	p.t.Helper()
	at := p.mark(fieldScript, label)
	ok, err := eval[bool](p, fmt.Sprintf(`(() => { const e = document.querySelector(%q); const o = [...e.options].find((o) => o.text.trim().startsWith(%q)); if (!o) return false; e.value = o.value; e.dispatchEvent(new Event("change", {bubbles: true})); return true })()`, at, option))
	if err != nil || !ok {
		p.t.Fatalf("%q has no option %q (%v)", label, option, err)
	}
}

// Tick clicks the check box, switch or radio button with that label.
func (p *Page) Tick(label string) {
	p.t.Helper()
	p.front()
	p.must("tick "+label, chromedp.Click(chromedp.CSS(p.mark(fieldScript, label))))
}

// front brings the tab to the front: one in the background draws nothing and may not take a click.
func (p *Page) front() {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, page.BringToFront, cdp.Empty{}); err != nil {
		p.t.Fatal("bring the tab to the front: ", err)
	}
}

// Press clicks the button or link with these words and waits for nothing.
func (p *Page) Press(words string) {
	p.t.Helper()
	p.front()
	p.must("press "+words, chromedp.Click(chromedp.CSS(p.mark(buttonScript, words))))
}

// Go presses and waits until another page has loaded.
func (p *Page) Go(words string) {
	p.t.Helper()
	p.front()
	at := p.mark(buttonScript, words)
	p.must("press "+words, chromedp.Evaluate[chromedp.Void](`window.before = true`), chromedp.Click(chromedp.CSS(at)))
	p.Wait("the page behind "+words, `!window.before && document.readyState === "complete"`)
}

// Upload puts a file into the file field with that label.
func (p *Page) Upload(label, file string) {
	p.t.Helper()
	p.must("upload", chromedp.SetUploadFiles(chromedp.CSS(p.mark(fieldScript, label)), []string{file}))
}

// PressForTab presses what opens a new tab and answers that tab, which shares the cookies.
func (p *Page) PressForTab(words string) *Page {
	p.t.Helper()
	opened := chromedp.WaitNewTarget(p.ctx, func(i *target.Info) bool { return i.Type == "page" })
	p.Press(words)
	select {
	case id := <-opened:
		return p.b.attach(p, chromedp.WithTargetID(id))
	case <-time.After(patience):
		p.t.Fatalf("%q opened no tab\n%s", words, p.describe())
		return nil
	}
}

// Eval runs a script on the page, for what no person does (another product's form).
func (p *Page) Eval(script string) {
	p.t.Helper()
	if _, err := eval[bool](p, "("+"() => {"+script+"; return true})()"); err != nil {
		p.t.Fatal("script: ", err)
	}
}
