package browsertest

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tabStops gets a page ready for the keyboard and answers how many Tabs lead through it. A group of radio buttons is one
// stop. What the eye sees of each stop is noted as it gets the focus, in both colours: the ring is an outline or a
// shadow that is not there otherwise, and it has 3:1 against what it is drawn on (WCAG 2.4.7, 1.4.11).
const tabStops = `(() => {
	const root = document.documentElement;
	const first = (r) => { const g = [...document.querySelectorAll("input[type=radio]")].filter((o) => o.name === r.name && o.form === r.form && !o.disabled); return (g.find((o) => o.checked) || g[0]) === r; };
	const want = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")].filter((e) =>
		e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}) && (e.type !== "radio" || first(e)));
	const name = (e) => e.tagName.toLowerCase() + " " + JSON.stringify((e.getAttribute("aria-label") || e.innerText || e.name || e.href || "").trim().slice(0, 40));
	const pen = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
	const rgba = (c) => { pen.clearRect(0, 0, 1, 1); pen.fillStyle = c; pen.fillRect(0, 0, 1, 1); return [...pen.getImageData(0, 0, 1, 1).data]; };
	const light = (c) => [0.2126, 0.7152, 0.0722].reduce((s, w, i) => { const v = rgba(c)[i] / 255; return s + w * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
	const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
	const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (rgba(c)[3] === 255) return c; } return "Canvas"; };
	const ring = (e) => { const s = getComputedStyle(e); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 ? s.outlineColor : ""; };
	const shown = (e) => [e, e.closest("label")].find((x) => x && ring(x)); // a choice wears the ring of its radio button
	document.activeElement.blur();
	const before = new Map(want.map((e) => [e, ring(e)]));
	window.stops = {got: [], faults: [], rings: new Map()};
	const look = (e, theme) => {
		const x = shown(e);
		if (!x || x === e && before.get(e)) { stops.faults.push(name(e) + " shows no focus in the " + theme); return; }
		const s = getComputedStyle(x), on = ground(parseFloat(s.outlineOffset) < 0 ? x : x.parentElement), pair = theme + s.outlineColor + on;
		if (stops.rings.has(pair)) return;
		stops.rings.set(pair, e);
		const c = contrast(s.outlineColor, on);
		if (c < 3) stops.faults.push(name(e) + " has a ring of " + c.toFixed(1) + ":1 in the " + theme);
	};
	document.addEventListener("focusin", (event) => {
		const e = event.target;
		if (root.dataset.theme === "dark") { look(e, "dark"); return; }
		stops.got.push(e);
		look(e, "light");
		const box = e.getBoundingClientRect(), bar = document.querySelector(".topbar")?.getBoundingClientRect();
		if (box.bottom <= 0 || box.top >= innerHeight || bar && !e.closest(".topbar") && bar.bottom > box.bottom) stops.faults.push(name(e) + " has the focus out of sight");
	});
	stops.report = () => {
		const at = want.findIndex((e, i) => stops.got[i] !== e);
		if (at >= 0) stops.faults.push("Tab " + (at + 1) + " leads to " + (stops.got[at] ? name(stops.got[at]) : "nothing") + ", not to " + name(want[at]));
		const rings = [...stops.rings.values()]; // one of each is enough in the dark
		root.dataset.theme = "dark";
		for (const e of rings) { e.blur(); e.focus({focusVisible: true}); }
		return [...new Set(stops.faults)];
	};
	document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex"); scrollTo(0, 0);
	stops.got.length = 0; stops.faults.length = 0;
	return want.length + 3 * want.filter((e) => e.type === "date").length; // day, month, year and the calendar
})()`

// Tabs goes through the page by Tab alone and fails the test unless every stop is reached
// in the order of reading and shows that it has the focus.
func (p *Page) Tabs(name string) {
	p.t.Helper()
	n, err := eval[int](p, tabStops)
	if err != nil {
		p.t.Fatal("look for what takes the focus: ", err)
	}
	p.Keys(strings.Repeat(kb.Tab, n))
	faults, err := eval[[]string](p, "stops.report()")
	if err != nil {
		p.t.Fatal("read where Tab led: ", err)
	}
	for _, f := range faults {
		p.t.Errorf("%s (%s): %s", name, p.Address(), f)
	}
}

// Keys presses keys, one after another.
func (p *Page) Keys(keys string) {
	p.t.Helper()
	p.front()
	p.must(fmt.Sprintf("press %q", keys), chromedp.KeyEvent(keys))
}
