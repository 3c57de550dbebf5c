package browsertest

import (
	"fmt"
	"strings"
)

const axeRun = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]}).then(
	(r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + " " + (n.failureSummary || "").replace(/\s+/g, " "))))`

// Accessible fails the test for each accessibility finding on the page as it stands, and for a page that scrolls
// sideways.
func (p *Page) Accessible(name string) {
	p.t.Helper()
	if _, err := eval[bool](p, p.b.axe+"; true"); err != nil {
		p.t.Fatal("inject axe: ", err)
	}
	found, err := eval[[]string](p, axeRun)
	if err != nil {
		p.t.Fatal("run axe: ", err)
	}
	for _, f := range found {
		p.t.Errorf("%s (%s): %s", name, p.Address(), f)
	}
	if over, err := eval[int](p, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); err != nil || over > 0 {
		p.t.Errorf("%s (%s) scrolls sideways by %d px (%v)", name, p.Address(), over, err)
	}
}

// looks are the ways in which every page is held against axe.
var looks = map[string]Look{"light": {Width: 1360}, "dark": {Width: 1360, Dark: true}, "phone": {Width: 390}, "small": {Width: 320}}

// AccessibleInAllLooks opens an address and checks it in light, dark, at 390 and at 320 px.
func (p *Page) AccessibleInAllLooks(name, address string) {
	p.t.Helper()
	for _, look := range []string{"light", "dark", "phone", "small"} {
		p.As(looks[look])
		p.Open(address) // anew: a tab in the background may stand still in the middle of a change of colours
		p.Accessible(name + ", " + look)
		p.Shot(strings.NewReplacer(" ", "-", "/", "-").Replace(fmt.Sprintf("%s-%s", name, look)))
	}
	p.As(looks["light"])
}
