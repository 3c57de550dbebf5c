package main

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rollcall/cmd/internal/bench"
)

const importRows = 50_000 // the most that one file may have (SPEC P10)

// BenchmarkImport brings a CSV of 50,000 people through the front door: how long the review and the import take, how
// much memory the server has at most, and how quickly pages answer meanwhile (docs/PERFORMANCE.md).
func BenchmarkImport(b *testing.B) {
	path, err := exec.LookPath("rollcall")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		dir := b.TempDir()
		p := bench.NewProgram(path, dir, "sqlite:"+filepath.Join(dir, "import.db"))
		server, err := p.Serve()
		if err != nil {
			b.Fatal(err)
		}
		a := importAdmin(b, p, server)
		began, before := time.Now(), server.Resident()
		var org string
		for _, f := range a.forms {
			if o := f.values.Get("organization"); o != "" {
				org = o
			}
		}
		sendPeople(b, a, server.URL+"/organization/invites/import", org)
		b.ReportMetric(time.Since(began).Seconds(), "review-s")
		start := a.forms[slices.IndexFunc(a.forms, func(f *form) bool { return strings.HasSuffix(f.action, "/start") })]
		page := strings.TrimSuffix(start.action, "/start")
		began = time.Now()
		a.send(start)
		var most float64
		waits, at := map[string][]time.Duration{}, map[string]string{
			"members": server.URL + "/organization/members?state=invited", "import": page, "account": server.URL + "/account",
		}
		tick := time.NewTicker(200 * time.Millisecond) // as some people at their pages, not as a load
		defer tick.Stop()
		for !strings.Contains(a.body, "people invited.") {
			for name, address := range at {
				<-tick.C
				asked := time.Now()
				a.open(address)
				waits[name] = append(waits[name], time.Since(asked))
				if a.status != http.StatusOK {
					b.Fatalf("%s: %d %s", address, a.status, a.text())
				}
				most = max(most, server.Resident())
			}
			a.open(page)
		}
		b.ReportMetric(time.Since(began).Seconds(), "import-s")
		for name, took := range waits {
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, name+"-p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, name+"-p95-ms")
		}
		b.ReportMetric(before, "MiB-before")
		b.ReportMetric(most, "MiB-most")
		if err := server.Stop(); err != nil {
			b.Fatal(err)
		}
	}
}

// importAdmin is the administrator of a new organization, signed in, on the page that takes the file.
func importAdmin(b *testing.B, p *bench.Program, server *bench.Process) *agent {
	b.Helper()
	var org struct {
		AdminInviteURL string `json:"admin_invite_url"`
	}
	err := p.Command(&org, "org", "create", "--name", "Acme", "--domain", "acme.test", "--plan", "Core,Extended", "--admin", "jo@acme.test", "--default-country", "DE")
	if err != nil {
		b.Fatal(err)
	}
	a := newAgent(b)
	a.client.Timeout = 2 * time.Minute
	at := strings.Index(org.AdminInviteURL, "/invites/")
	a.open(server.URL + org.AdminInviteURL[at:])
	f := a.formWith("name")
	f.values.Set("name", "Jo Miller")
	f.values.Set("password", storyPassword)
	a.send(f)
	a.open(server.URL + "/organization/invites/import")
	return a
}

func sendPeople(b *testing.B, a *agent, address, org string) {
	b.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("organization", org)
	file, err := form.CreateFormFile("file", "people.csv")
	if err != nil {
		b.Fatal(err)
	}
	fmt.Fprintln(file, "firstName,lastName,email,country,currentCity,currentState,birthYear,role,plan")
	for i := range importRows {
		fmt.Fprintf(file, "Ada,Lovelace %d,p%d@acme.test,GB,London,England,1985,member,Core\n", i, i)
	}
	_ = form.Close()
	r, err := http.NewRequest(http.MethodPost, address, &body)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := a.client.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	if a.read(answer); a.status != http.StatusOK || !strings.Contains(a.body, "will be invited") {
		b.Fatalf("the review: %d %s", a.status, a.text())
	}
}
