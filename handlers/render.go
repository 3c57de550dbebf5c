package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"rollcall/models"
	"rollcall/views"
)

// render draws a page through a buffer, so that a template's error becomes a clean 500 instead of half a page.
func render(c Ctx, status int, t templ.Component) error {
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	if err := t.Render(c.Request().Context(), buf); err != nil {
		return err
	}
	return c.HTMLBlob(status, buf.Bytes())
}

const themeCookie = "rc_theme"

// page is what every page shows around its content; built here and nowhere else. It takes the flash.
func (s *Server) page(c Ctx, title string) views.Page {
	p := views.Page{
		Title: title, Product: s.Product, Path: c.Request().URL.RequestURI(), Sandbox: s.Payment == paymentSandbox,
		SupportEmail: s.SupportEmail, Flash: s.takeFlash(c),
	}
	if k, err := c.Cookie(themeCookie); err == nil {
		p.Theme = k.Value
	}
	v := viewerOf(c)
	if v == nil {
		return p
	}
	p.Acting = actingBar(v.Org, v.Acting)
	p.Viewer = &views.Viewer{Name: v.Name(), Email: v.Account.Email, Initials: initials(v.Name()), RoleWord: "Member"}
	if v.Admin() {
		p.Viewer.RoleWord, p.Viewer.Admin = "Administrator", true
	}
	if v.Org != nil {
		p.Org = &views.OrgRef{ID: v.Org.ID, Name: v.Org.Name, Slug: v.Org.Slug}
	}
	p.Orgs = v.Orgs
	return p
}

func initials(name string) string {
	var out []rune
	for word := range strings.FieldsSeq(name) {
		if r := []rune(word); len(out) < 2 {
			out = append(out, r[0])
		}
	}
	return strings.ToUpper(string(out))
}

// ownPath is path if it leads to one of our own pages, else fallback: what a browser follows after a sign-in may come
// from a stranger (SPEC S4).
func ownPath(path, fallback string) string {
	u, err := url.Parse(path)
	bad := err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(path, "/") ||
		strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t\x00")
	if bad {
		return fallback
	}
	return path
}

// nextParam is the page asked for, to come back to after signing in. A form's target cannot be asked for again.
func nextParam(c Ctx) string {
	if c.Request().Method != http.MethodGet {
		return url.QueryEscape("/account")
	}
	return url.QueryEscape(c.Request().URL.RequestURI())
}

func replaceOnce(s, old, with string) string { return strings.Replace(s, old, with, 1) }

// viewer is the signed-in person, loaded once per request.
type viewer struct {
	Session *models.Session
	Account *models.Account
	Org     *models.Organization  // the one the session is in; nil outside one
	Member  *models.Member        // the person's membership there
	Orgs    []views.OrgRef        // all they may switch to
	Acting  *models.Impersonation // set: an operator, whom Account and Member only stand for
}

// Name is the member's name, else the account's, else the address.
func (v *viewer) Name() string {
	if v.Member != nil && v.Member.FirstName+v.Member.LastName != "" {
		return v.Member.FullName()
	}
	if v.Account.Name != "" {
		return v.Account.Name
	}
	return v.Account.Email
}

// Admin tells whether the person administers the organization the session is in. The last administrator, whom the
// directory has taken out, still does after a recovery code (SPEC P12).
func (v *viewer) Admin() bool {
	return v.Member != nil && v.Member.Role == models.RoleAdmin && (v.Member.Status == models.MemberActive || v.ByCode())
}

// Bound tells whether the session is of one membership only, by single sign-on or by a recovery code: it opens no other
// organization and changes no e-mail or password (SPEC S7).
func (v *viewer) Bound() bool { return v.Session.MemberID != nil }

// BySSO tells whether the session came by single sign-on.
func (v *viewer) BySSO() bool { return v.Session.ConnectionID != nil }

// ByCode tells whether the session came by a recovery code (SPEC S8).
func (v *viewer) ByCode() bool { return v.Bound() && !v.BySSO() }

const viewerKey = "viewer"

func viewerOf(c Ctx) *viewer { v, _ := c.Get(viewerKey).(*viewer); return v }
