package handlers

import (
	"net/http"
	"strconv"

	"rollcall/models"
	"rollcall/views"
)

const policyPath = "/organization/sso/policy"

func (s *Server) policyRoutes(p page) {
	p.Get("/sso/policy", s.orgPolicy)
	p.Post("/sso/policy/require", s.orgRequireSSO)
	p.Post("/sso/policy/codes", s.orgRecoveryCodes)
	p.Post("/sso/policy/prove", s.orgProveCode)
	p.Post("/sso/policy/lifetime", s.orgSessionLifetime)
	p.Post("/sso/policy/logs", s.orgLogDays)
	p.Post("/sso/policy/signout", s.orgSignEveryoneOut)
}

// policyData is all that the sign-in policy shows.
type policyData struct {
	org     *models.Organization
	domains []string // verified
	active  bool
	reach   *models.PolicyReach
	codes   models.RecoveryCodes
	labels  map[string]models.PersonLabel
}

func (d *policyData) read(tx *models.Tx) (err error) {
	if d.org, err = models.FindOrganization(tx); err != nil {
		return err
	}
	domains, err := models.ListDomains(tx)
	if err != nil {
		return err
	}
	for _, x := range domains {
		if x.Proved() {
			d.domains = append(d.domains, x.Name)
		}
	}
	con, err := models.OrganizationConnection(tx)
	if err != nil && !models.IsNotFound(err) {
		return err
	}
	d.active = err == nil && con.State == models.Active
	if d.reach, err = models.FindPolicyReach(tx); err != nil {
		return err
	}
	if d.codes, err = models.FindRecoveryCodes(tx); err != nil {
		return err
	}
	var people []string
	for _, code := range d.codes {
		people = append(people, code.CreatedBy, code.UsedBy)
	}
	d.labels, err = models.Labels(tx, people)
	return err
}

// GET /organization/sso/policy is the sign-in policy (SPEC S7, S8).
func (s *Server) orgPolicy(c Ctx) error { return s.drawPolicy(c, http.StatusOK, nil) }

func (s *Server) drawPolicy(c Ctx, status int, change func(*models.Organization, *views.OrgPolicyPage)) error {
	var d policyData
	if err := s.view(c, d.read); err != nil {
		return err
	}
	p := views.OrgPolicyPage{
		Page: s.page(c, "Sign-in policy"), Require: d.org.RequireSSO, Domains: d.domains, People: int(d.reach.People), Passwords: int(d.reach.Passwords),
		Before: d.before(viewerOf(c)), Codes: d.recovery(viewerOf(c)), Sessions: int(d.reach.Signed),
		Hours: strconv.FormatInt(d.org.SessionHours, 10), Idle: strconv.FormatInt(d.org.IdleHours, 10),
		LogDays: strconv.FormatInt(d.org.LogDays, 10), SeenLengths: lengths.of(d.org).seen(), SeenLogs: logLength.of(d.org).seen(),
	}
	p.Path = policyPath
	if change != nil {
		change(d.org, &p)
	}
	return render(c, status, views.OrgPolicy(p))
}

// policyForm is a form of the page that changes stored values; action is what the audit calls that.
type policyForm struct {
	action string
	of     func(*models.Organization) form
	seen   func(*views.OrgPolicyPage) *views.Seen
}

var (
	noForm  = policyForm{of: func(*models.Organization) form { return nil }}
	lengths = policyForm{
		"organization.session_lifetime_changed", func(o *models.Organization) form {
			return form{
				{name: "session_hours", label: "At most (hours)", now: strconv.FormatInt(o.SessionHours, 10)},
				{name: "idle_hours", label: "Unused for (hours)", now: strconv.FormatInt(o.IdleHours, 10)},
			}
		}, func(p *views.OrgPolicyPage) *views.Seen { return &p.SeenLengths },
	}
	logLength = policyForm{
		"organization.log_days_changed", func(o *models.Organization) form {
			return form{{name: "log_days", label: "Keep for (days)", now: strconv.FormatInt(o.LogDays, 10)}}
		}, func(p *views.OrgPolicyPage) *views.Seen { return &p.SeenLogs },
	}
)

// before is what must be done before single sign-on can be required.
func (d *policyData) before(v *viewer) []views.Check {
	mark := func(done bool, label, fix, path, word string) views.Check {
		if done {
			return views.Check{Kind: "ok", Label: label}
		}
		return views.Check{Kind: "wait", Label: label, Detail: fix, FixPath: path, FixLabel: word}
	}
	return []views.Check{
		mark(d.active, "Single Sign-On is active", "Set it up first.", "/organization/sso", "Open the tab"),
		mark(len(d.codes) > 0, "Recovery codes are made", "Without them, nobody could get in if your provider fails.", "#codes", "Make them below"),
		mark(d.codes.Proved(), "One of them is proved by use", "That shows that the list is at hand.", "#codes", "Prove one below"),
		mark(v.BySSO(), "You are signed in through single sign-on now", "Sign in through SSO once yourself before you require it for everyone.",
			with("/login/sso", v.Account.Email, policyPath), "Sign in through SSO"),
	}
}

// recovery is what is known of the codes.
func (d *policyData) recovery(v *viewer) views.RecoveryState {
	r := views.RecoveryState{Left: d.codes.Left(), Proved: d.codes.Proved()}
	if v.BySSO() {
		r.Closed = "You are signed in through single sign-on, which makes no recovery codes: whoever controls your provider could keep a way in. Sign in with your password or an e-mailed link to make them."
		if d.org.RequireSSO {
			r.Closed = "You are signed in through single sign-on, which makes no recovery codes: whoever controls your provider could keep a way in. Use one of the codes at `/login/recovery` to make new ones."
		}
	}
	if len(d.codes) == 0 {
		return r
	}
	made := d.codes[0].CreatedAt
	r.Made, r.Maker = instant(&made), nameOf(d.labels, d.codes[0].CreatedBy)
	for _, code := range d.codes {
		if code.UsedAt != nil {
			r.Uses = append(r.Uses, views.Fact{Label: "Used", Value: instant(code.UsedAt).Text + ", by " + nameOf(d.labels, code.UsedBy)})
		}
	}
	return r
}

// changePolicy runs one change of the policy; a fault of it stands in the page again.
func (s *Server) changePolicy(c Ctx, f policyForm, done string, fn func(*models.Tx) error) error {
	err := s.update(c, func(tx *models.Tx) error {
		o, err := models.FindOrganizationForUpdate(tx)
		if err != nil {
			return err
		}
		if err := f.of(o).check(c); err != nil {
			return err
		}
		return fn(tx)
	})
	if faults, ok := fieldErrors(err); ok {
		return s.drawPolicy(c, conflictStatus(err), func(o *models.Organization, p *views.OrgPolicyPage) {
			p.Errors = faults
			if f.seen != nil {
				*f.seen(p) = f.of(o).again(c, err, s.lastChange(c, f.action))
			}
			if hours := field(c, "session_hours"); hours != "" {
				p.Hours, p.Idle = hours, field(c, "idle_hours")
			}
			if days := field(c, "log_days"); days != "" {
				p.LogDays = days
			}
		})
	}
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: done})
	return redirect(c, policyPath)
}

// POST /organization/sso/policy/require switches Require SSO (SPEC S8).
func (s *Server) orgRequireSSO(c Ctx) error {
	on, v := ticked(c, "require"), viewerOf(c)
	done := "Single sign-on is no longer required. Passwords and e-mailed links work again."
	if on {
		done = "Single sign-on is required now for people of your domains."
	}
	return s.changePolicy(c, noForm, done, func(tx *models.Tx) error { return models.RequireSSO(tx, on, v.Session) })
}

// POST /organization/sso/policy/codes makes ten recovery codes and shows them, this once.
func (s *Server) orgRecoveryCodes(c Ctx) error {
	var codes []string
	err := s.update(c, func(tx *models.Tx) (err error) {
		codes, err = models.MakeRecoveryCodes(tx, viewerOf(c).Session)
		return err
	})
	if err != nil {
		return err
	}
	now := s.DB.Now()
	p := views.OrgRecoveryCodesPage{Page: s.page(c, "Recovery codes"), Codes: codes, Address: s.url("/login/recovery"), Made: instant(&now)}
	p.Path = policyPath
	return render(c, http.StatusOK, views.OrgRecoveryCodes(p))
}

// POST /organization/sso/policy/prove uses one code up, which shows that the list is at hand.
func (s *Server) orgProveCode(c Ctx) error {
	if err := s.limited(c, "recovery", viewerOf(c).Account.Email); err != nil {
		return err
	}
	return s.changePolicy(c, noForm, "The code works and is used up now. The others stay.", func(tx *models.Tx) error {
		return models.ProveRecoveryCode(tx, field(c, "code"))
	})
}

// POST /organization/sso/policy/lifetime sets how long sessions by SSO last (SPEC S7).
func (s *Server) orgSessionLifetime(c Ctx) error {
	hours, _ := strconv.ParseInt(field(c, "session_hours"), 10, 64)
	idle, _ := strconv.ParseInt(field(c, "idle_hours"), 10, 64)
	return s.changePolicy(c, lengths, "Saved. It holds from the next sign-in on.", func(tx *models.Tx) error {
		return models.SetSessionLifetime(tx, hours, idle)
	})
}

// POST /organization/sso/policy/logs sets how long the sign-in log and the directory log are kept (SPEC A2).
func (s *Server) orgLogDays(c Ctx) error {
	days, _ := strconv.ParseInt(field(c, "log_days"), 10, 64)
	return s.changePolicy(c, logLength, "Saved. Older rows go within a day.", func(tx *models.Tx) error { return models.SetLogDays(tx, days) })
}

// POST /organization/sso/policy/signout ends every session in the organization but this one.
func (s *Server) orgSignEveryoneOut(c Ctx) error {
	var n int64
	err := s.update(c, func(tx *models.Tx) (err error) {
		n, err = models.SignEveryoneOut(tx, viewerOf(c).Session.Digest)
		return err
	})
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: count(n, "session was", "sessions were") + " ended. Everybody signs in again."})
	return redirect(c, policyPath)
}
