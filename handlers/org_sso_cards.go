package handlers

import (
	"strconv"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/views"
)

// When an Active integration needs attention.
const (
	certificateWarning = 30 * 24 * time.Hour
	silentDirectory    = 7 * 24 * time.Hour
)

// card is what both integrations' cards have in common.
func (d *ssoData) card(kind string, st *models.Standing) views.Integration {
	i := views.Integration{Kind: kind, Stage: views.Stage(st.Stage), Provider: providerName(st.IDP), Blocked: d.blocked()}
	switch st.Stage {
	case models.StageLinkLive:
		i.Qualifier = d.waiting(kind, st)
	case models.StageLinkEnded:
		i.Qualifier = linkEnded(st.Link, d.now)
	case models.StageDeactivated:
		i.Qualifier = "Deactivated by " + d.who(st.DeactivatedBy) + " on " + instant(st.DeactivatedAt).Text + "."
	case models.StageActive:
		i.Foot = "Active since " + day(st.ActivatedAt)
	}
	if st.Link != nil && st.Link.Live(d.now) {
		expires := st.Link.ExpiresAt
		i.Link = &views.LinkFacts{Last4: st.Link.LastFour, Maker: d.who(st.Link.CreatedBy), Expires: instant(&expires), Seen: seen(st.Link, d.now)}
	}
	return i
}

// providerName is the name in the guide of that slug; "" for the guides of providers that have none of their own.
func providerName(slug string) string {
	if g := views.GuideBySlug(slug); g != nil && !strings.HasPrefix(slug, "custom-") {
		return g.Name
	}
	return ""
}

// blocked is why no setup link can be made now (SPEC O4).
func (d *ssoData) blocked() string {
	if len(d.domains) == 0 {
		return "Add an e-mail domain below first; the setup link needs one."
	}
	return ""
}

// waiting is the line while IT has the link: the step and when they were last here.
func (d *ssoData) waiting(kind string, st *models.Standing) string {
	if st.SeenAt == nil {
		return ""
	}
	step := "Waiting for IT, step " + strconv.FormatInt(st.Step+1, 10)
	if total := wizardSteps(st.IDP, kind); total > 0 {
		step += " of " + strconv.Itoa(total)
	}
	return step + ", last seen " + ago(st.SeenAt, d.now) + "."
}

// wizardSteps is how many steps the wizard has for a provider, with its choice as the first.
func wizardSteps(slug, kind string) int {
	g := views.GuideBySlug(slug)
	if g == nil || g.Part(kind) == nil {
		return 0
	}
	return len(g.Steps(kind, nil)) + 1
}

func seen(l *models.SetupLink, now time.Time) string {
	switch {
	case l.StartedAt != nil:
		return "Setup started " + ago(l.StartedAt, now)
	case l.OpenedAt != nil:
		return "Opened " + ago(l.OpenedAt, now)
	}
	return "Not opened yet"
}

func linkEnded(l *models.SetupLink, now time.Time) string {
	switch l.State(now) {
	case "expired":
		return "The setup link expired on " + instant(&l.ExpiresAt).Text + ". Progress is kept."
	case models.LinkCancelled:
		return "The setup link was cancelled on " + instant(l.EndedAt).Text + ". Progress is kept."
	case models.LinkFinished:
		return "The setup was finished on " + instant(l.EndedAt).Text + ", but nothing is switched on yet."
	}
	return ""
}

// ssoCard is the card of Single Sign-On.
func (d *ssoData) ssoCard() views.Integration {
	i := d.card(models.KindSSO, &d.sso.Standing)
	switch d.sso.Stage {
	case models.StageTestFailed:
		i.ReportPath = "/organization/sso/signins/" + d.sso.Test.ID
	case models.StageActive:
		i.Facts = []views.Fact{
			{Label: "Last sign-in", Value: ago(d.sso.LastSignInAt, d.now)},
			{Label: "Last 7 days", Value: count(d.sso.SignInsThisWeek, "sign-in", "sign-ins")},
		}
		if d.sso.CertificateEnds != nil {
			i.Facts = append(i.Facts, views.Fact{Label: "Certificate", Value: "valid until " + day(d.sso.CertificateEnds)})
		}
		d.ssoAttention(&i)
	}
	return i
}

// metadataFaults are the words for what the daily look at the provider's metadata found (SPEC S5).
var metadataFaults = map[string]string{
	models.FaultUnreadable: "Your provider’s metadata has not been readable for days.",
	models.FaultIssuer:     "Your provider’s metadata now describes another provider.",
	models.FaultHost:       "Your provider’s metadata names another host to sign in at. If that is right, set it up again with a setup link.",
}

// ssoAttention names the most urgent thing that needs somebody, with the one link that mends it.
func (d *ssoData) ssoAttention(i *views.Integration) {
	end := d.sso.CertificateEnds
	switch {
	case end != nil && end.Before(d.now):
		i.Attention, i.FixPath, i.FixLabel = "The signing certificate expired on "+day(end)+". Give us the new one with a setup link.", "/organization/sso/connection", "Open the connection"
	case d.sso.Failing():
		i.Attention = "The last " + count(d.sso.FailedInARow, "sign-in", "sign-ins") + " failed."
		i.FixPath, i.FixLabel = "/organization/sso/signins", "See what happened"
	case d.sso.Connection.MetadataAlertedAt != nil:
		i.Attention = metadataFaults[d.sso.Connection.MetadataFault] + " Sign-ins go on with what we have."
		i.FixPath, i.FixLabel = "/organization/sso/connection", "Open the connection"
	case d.sso.NoVerifiedDomain:
		i.Attention, i.FixPath, i.FixLabel = "No domain is verified, so nobody is sent to your identity provider yet.", "#domain-list", "Verify a domain"
	case end != nil && end.Sub(d.now) < certificateWarning:
		i.Attention, i.FixPath, i.FixLabel = "The signing certificate expires on "+day(end)+".", "/organization/sso/connection", "Open the connection"
	case len(d.sso.LostDomains) > 0:
		i.Attention = "The DNS proof of " + strings.Join(d.sso.LostDomains, ", ") + " is gone. Sign-in goes on; put the record back."
		i.FixPath, i.FixLabel = "#domain-list", "See the record"
	}
}

// scimCard is the card of Directory Sync.
func (d *ssoData) scimCard() views.Integration {
	i := d.card(models.KindSCIM, &d.scim.Standing)
	if d.scim.Stage != models.StageActive {
		return i
	}
	i.Facts = []views.Fact{
		{Label: "Members from it", Value: strconv.FormatInt(d.scim.Users, 10)},
		{Label: "Last request", Value: ago(d.scim.LastRequestAt, d.now)},
	}
	if all := d.syncTroubles(); len(all) > 0 {
		i.Attention, i.FixPath, i.FixLabel = all[0].Title+". "+all[0].Detail, all[0].Path, all[0].Action
	}
	return i
}

// undoNotice offers to take the newest deactivation back for as long as that is possible (SPEC R2).
func (d *ssoData) undoNotice() *views.Notice {
	r := d.sso.Undo
	if r == nil {
		r = d.scim.Undo
	}
	if r == nil {
		return nil
	}
	n := &views.Notice{Kind: "info", Title: "Directory Sync is off.", UndoPath: "/organization/sso/undo", UndoEvent: r.ID}
	if r.Kind == models.KindSSO {
		n.Title, n.Text = "Single Sign-On is off.", "People sign in with a password or an e-mailed link."
		if d.scim.Undo != nil {
			n.Text = "Directory Sync was switched off with it. " + n.Text
		}
	}
	until := r.UndoableUntil()
	n.UndoUntil = instant(&until)
	return n
}
