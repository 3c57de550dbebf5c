package practice

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"net/http"

	"rollcall/static"
	"rollcall/views"
)

//go:embed pages.html
var pagesHTML string

// script sends the form of an answered sign-in by itself, as identity providers do. Without it there is a button.
//
//go:embed practice.js
var script []byte

var pages = template.Must(template.New("").Funcs(template.FuncMap{"icon": icon, "asset": static.Path}).Parse(pagesHTML))

func icon(name string) (template.HTML, error) {
	var b bytes.Buffer
	err := views.Icon(name).Render(context.Background(), &b)
	return template.HTML(b.String()), err
}

func serveScript(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	_, _ = w.Write(script) // the client has gone
}

// view is what every page needs.
type view struct {
	Title    string
	Rollcall string
	Tenant   *tenant
}

func (i *IdP) view(title string, t *tenant) view {
	return view{Title: title, Rollcall: i.options.Rollcall, Tenant: t}
}

// render draws a page whole before any of it is sent.
func (i *IdP) render(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "This page could not be drawn.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the client has gone
}

func (i *IdP) fail(w http.ResponseWriter, t *tenant, status int, text string) {
	i.render(w, status, "fail", struct {
		view
		Text string
	}{i.view("This did not work", t), text})
}

func (i *IdP) home(w http.ResponseWriter, _ *http.Request) {
	i.render(w, http.StatusOK, "home", struct {
		view
		Tenants []*tenant
	}{i.view("Practice identity provider", nil), i.tenants})
}

// plans are those that the page offers.
var plans = []string{"Core", "Extended", "Ultimate", "Platinum"}

func (i *IdP) page(w http.ResponseWriter, _ *http.Request, t *tenant) {
	shown := t.notice
	t.notice = notice{}
	i.render(w, http.StatusOK, "tenant", struct {
		view
		Base     string
		Notice   notice
		Dialects []dialect
		Plans    []string
		Log      []exchange
	}{i.view(t.Name, t), t.saml.EntityID, shown, dialects, plans, t.log})
}

// copyField is a value to copy, with its label.
type copyField struct{ ID, Label, Value string }

// Copy makes a copyField within a template.
func (*tenant) Copy(id, label, value string) copyField { return copyField{id, label, value} }
