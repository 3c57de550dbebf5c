package practice

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// settings saves what an admin copies from Rollcall: one form for sign-in, one for the directory.
func (i *IdP) settings(w http.ResponseWriter, r *http.Request, t *tenant) {
	if r.FormValue("kind") == "saml" {
		t.notice = i.saveSAML(t, strings.TrimSpace(r.FormValue("acs")), strings.TrimSpace(r.FormValue("entity")))
	} else {
		t.notice = t.saveSCIM(strings.TrimSpace(r.FormValue("base")), strings.TrimSpace(r.FormValue("token")))
	}
	i.back(w, r, t)
}

func (i *IdP) saveSAML(t *tenant, acs, entity string) notice {
	if !i.trusted(acs) || entity == "" {
		return notice{"bad", "The ACS URL begins with " + i.options.Rollcall + "/, and the entity ID is not empty. Rollcall shows both in its setup."}
	}
	t.SAML = SAMLSettings{ACSURL: acs, EntityID: entity}
	return notice{"ok", "Saved."}
}

func (t *tenant) saveSCIM(base, token string) notice {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return notice{"bad", "The base URL begins with http:// or https://. Rollcall shows it in its setup."}
	}
	if token == "" && base == t.SCIM.BaseURL {
		token = t.SCIM.Token // left empty: the one that is known
	}
	if token == "" {
		return notice{"bad", "Paste the token too. Rollcall shows it once in its setup."}
	}
	t.SCIM = SCIMSettings{BaseURL: base, Token: token}
	for _, p := range t.People { // another directory has other ids
		p.scimID = ""
	}
	return notice{"ok", "Saved."}
}

// back shows the tenant's page again; a reload sends nothing twice.
func (i *IdP) back(w http.ResponseWriter, r *http.Request, t *tenant) {
	http.Redirect(w, r, "/"+t.Slug, http.StatusSeeOther)
}

// pusher speaks the dialect of that name; nil if there is none.
func (i *IdP) pusher(slug string) *pusher {
	at := slices.IndexFunc(dialects, func(d dialect) bool { return d.Slug == slug })
	if at < 0 {
		return nil
	}
	return &pusher{dialect: dialects[at], client: i.client, now: i.options.Now}
}

// push does one of the directory's actions in one dialect.
func (i *IdP) push(w http.ResponseWriter, r *http.Request, t *tenant) {
	p := i.pusher(r.FormValue("dialect"))
	if p == nil {
		i.fail(w, t, http.StatusBadRequest, "Choose the dialect: Okta or Entra ID.")
		return
	}
	p.tenant = t
	if t.SCIM.BaseURL == "" {
		t.notice = notice{"bad", "Paste Rollcall's base URL and token first."}
		i.back(w, r, t)
		return
	}
	done, err := p.act(r.FormValue("action"), t.person(r.FormValue("person")), r.FormValue("plan"))
	switch {
	case errors.Is(err, errRefused):
		t.notice = notice{"bad", "Rollcall refused a request. The topmost line of the log below says why."}
	case err != nil:
		t.notice = notice{"bad", "A request got no answer that can be read. Look at the log below."}
	default:
		t.notice = notice{"ok", done}
	}
	i.back(w, r, t)
}

// act does an action and says what was done.
func (p *pusher) act(action string, who *Person, plan string) (string, error) {
	switch action {
	case "all":
		n, err := p.createAll()
		return fmt.Sprintf("%d people pushed the way %s does it.", n, p.Name), err
	case "groups":
		n, err := p.pushGroups()
		return fmt.Sprintf("%d groups pushed the way %s does it.", n, p.Name), err
	}
	if who == nil {
		return "Choose a person first.", nil
	}
	switch action {
	case "update":
		who.move()
		return who.Name() + " lives in " + who.City + " now, and Rollcall was told.", p.change(who)
	case "plan":
		who.Plan = plan
		return who.Name() + " was given the plan " + plan + ".", p.change(who)
	case "deactivate":
		return who.Name() + " was deactivated.", p.setActive(who, false)
	case "reactivate":
		return who.Name() + " was brought back.", p.setActive(who, true)
	case "delete":
		return who.Name() + " was deleted.", p.remove(who)
	}
	return "There is no such action.", nil
}

// moves are the cities that an update moves a person through.
var moves = []struct{ Country, City, Region string }{
	{"GB", "London", "England"}, {"FR", "Lyon", "Auvergne-Rhône-Alpes"}, {"DE", "Hamburg", "HH"}, {"JP", "Osaka", "Osaka"},
}

// move changes where a person lives: an update that shows.
func (p *Person) move() {
	at := slices.IndexFunc(moves, func(m struct{ Country, City, Region string }) bool { return m.City == p.City })
	next := moves[(at+1)%len(moves)]
	p.Country, p.City, p.Region = next.Country, next.City, next.Region
}
