package models

import "strings"

// StatusMark is a text that changes whenever the status cards have something new to show: one query, for the live
// streams that ask every second.
func StatusMark(tx *Tx) (string, error) {
	var marks []string
	err := tx.g.Raw(`SELECT id || ':' || version || ':' || state || ':' || wizard_step || ':' || COALESCE(CAST(last_request_at AS TEXT), '') AS mark FROM directories WHERE organization_id = @org
		UNION ALL SELECT id || ':' || version || ':' || state || ':' || wizard_step FROM connections WHERE organization_id = @org
		UNION ALL SELECT id || ':' || end_reason || ':' || COALESCE(CAST(opened_at AS TEXT), '') || ':' || COALESCE(CAST(started_at AS TEXT), '') FROM setup_links WHERE organization_id = @org AND ended_at IS NULL AND expires_at > @now
		UNION ALL SELECT id || ':' || version FROM organizations WHERE id = @org
		ORDER BY 1`, map[string]any{"org": tx.Actor.OrgID, "now": tx.Now}).Scan(&marks).Error
	return strings.Join(marks, "\n"), err
}

// MailSetupLink queues the mail that carries a live setup link to the IT person. token is what the browser was just
// shown; the link is answered with a fault of the address, so that the page can be drawn again.
func MailSetupLink(tx *Tx, token, to string) (*SetupLink, error) {
	l, err := FindSetupLink(tx, token)
	if err != nil || l.OrganizationID != tx.Actor.OrgID {
		return nil, notFound("setup link")
	}
	if !l.Live(tx.Now) {
		return nil, &Error{Code: Gone, Message: "This setup link has ended already. Make a new one."}
	}
	to, _, err = ParseEmail(to)
	if err != nil {
		return l, err
	}
	o, err := FindOrganization(tx)
	if err != nil {
		return nil, err
	}
	by := ""
	if labels, err := Labels(tx, []string{l.CreatedBy}); err == nil {
		by = orElse(labels[l.CreatedBy].Name, operatorAddress(labels[l.CreatedBy]))
	}
	return l, tx.Record("setup_link.mailed", l.ID, Changes{"kind": l.Kind}, NewMail("setup_link", to, "/s/"+token, map[string]string{
		"organization": o.Name, "kind": l.Kind, "sender": by, "expires": l.ExpiresAt.Format("2006-01-02T15:04:05Z07:00"),
	}))
}
