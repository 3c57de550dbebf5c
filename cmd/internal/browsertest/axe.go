package browsertest

import (
	"fmt"
	"strings"
)

// All of WCAG 2.2 AA that axe can see; and what of it a change of colours can break.
const (
	everyRule   = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]`
	colourRules = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
)

const axeRun = `axe.run(document, {runOnly: %s, resultTypes: ["violations"]}).then(
	(r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + " " + (n.failureSummary || "").replace(/\s+/g, " "))))`

// Accessible fails the test for each accessibility finding on the page as it stands, and for a page that scrolls
// sideways. Without scripts it only does the latter: axe is one, and the rules are the same.
func (p *Page) Accessible(name string) {
	p.t.Helper()
	if !p.NoScript() {
		p.axe(name, everyRule)
	}
	p.fits(name)
}

func (p *Page) axe(name, rules string) {
	p.t.Helper()
	if _, err := eval[bool](p, "window.axe || "+p.b.axe+"; true"); err != nil {
		p.t.Fatal("inject axe: ", err)
	}
	found, err := eval[[]string](p, fmt.Sprintf(axeRun, rules))
	if err != nil {
		p.t.Fatal("run axe: ", err)
	}
	for _, f := range found {
		p.t.Errorf("%s (%s): %s", name, p.Address(), f)
	}
}

func (p *Page) fits(name string) {
	p.t.Helper()
	if over, err := eval[int](p, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); err != nil || over > 0 {
		p.t.Errorf("%s (%s) scrolls sideways by %d px (%v)", name, p.Address(), over, err)
	}
}

// looks are the ways in which every page is looked at. Dark differs from light in nothing but colours, and 320 px from
// 390 px in nothing but the room, so those two are held against the rules that this can break.
var looks = []struct {
	name, rules string
	look        Look
}{
	{"light", everyRule, Look{Width: 1360}},
	{"dark", colourRules, Look{Width: 1360, Dark: true}},
	{"phone", everyRule, Look{Width: 390}},
	{"small", "", Look{Width: 320}},
}

// AccessibleInAllLooks opens an address and checks it in light, dark, at 390 and at 320 px. A page without scripts keeps
// its one look.
func (p *Page) AccessibleInAllLooks(name, address string) {
	p.t.Helper()
	if p.NoScript() {
		p.Open(address)
		p.Accessible(name)
		return
	}
	for _, l := range looks {
		p.As(l.look)
		p.Open(address) // anew: a tab in the background may stand still in the middle of a change of colours
		if l.rules != "" {
			p.axe(name+", "+l.name, l.rules)
		}
		p.fits(name + ", " + l.name)
		p.Shot(strings.NewReplacer(" ", "-", "/", "-").Replace(name + "-" + l.name))
	}
	p.As(looks[0].look)
}
