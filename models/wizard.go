package models

import "time"

// Progress is where the setup of an integration stands: it belongs to the organization, so a new link, another device
// or another colleague goes on there (SPEC L3).
type Progress struct {
	IDP           string // slug of the guide; "" until chosen
	Step, Reached int64  // counted from 0; Reached is the furthest
	SeenAt        *time.Time
}

// wizardRow is the table whose row keeps the progress of a kind.
func wizardRow(kind string) any {
	if kind == KindSSO {
		return &Connection{}
	}
	return &Directory{}
}

// SetupProgress reads the progress of a kind.
func SetupProgress(tx *Tx, kind string) (Progress, error) {
	if kind == KindSSO {
		c, err := OrganizationConnection(tx)
		return Progress{c.IDP, c.WizardStep, c.WizardReached, c.WizardSeenAt}, err
	}
	d, err := OrganizationDirectory(tx)
	return Progress{d.IDP, d.WizardStep, d.WizardReached, d.WizardSeenAt}, err
}

// ChooseProvider notes which guide the setup follows. Another one than before starts its steps anew; what was entered
// is kept.
func ChooseProvider(tx *Tx, kind, slug string) error {
	p, err := SetupProgress(tx, kind)
	if err != nil || p.IDP == slug {
		return err
	}
	err = tx.org().Model(wizardRow(kind)).Where("organization_id = ?", tx.Actor.OrgID).
		Updates(map[string]any{"idp": slug, "wizard_step": 0, "wizard_reached": 0, "wizard_seen_at": tx.Now}).Error
	if err != nil {
		return err
	}
	return tx.Record(integrationOf(kind)+".provider_chosen", tx.Actor.OrgID, Changes{"provider": slug})
}

// ReachStep notes that somebody stands at a step.
func ReachStep(tx *Tx, kind string, step int64) error {
	p, err := SetupProgress(tx, kind)
	if err != nil {
		return err
	}
	return tx.org().Model(wizardRow(kind)).Where("organization_id = ?", tx.Actor.OrgID).
		Updates(map[string]any{"wizard_step": step, "wizard_reached": max(step, p.Reached), "wizard_seen_at": tx.Now}).Error
}

// integrationOf is the word of audit actions for a kind.
func integrationOf(kind string) string {
	if kind == KindSSO {
		return "connection"
	}
	return "directory"
}
