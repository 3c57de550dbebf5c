package models

import (
	"fmt"
	"time"
)

// Progress is where the setup of an integration stands: it belongs to the organization, so a new link, another device
// or another colleague goes on there (SPEC L3).
type Progress struct {
	IDP           string // slug of the guide; "" until chosen
	Way           string // which of the guide's ways, where it has several; "" until chosen
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
		return Progress{c.IDP, c.WizardWay, c.WizardStep, c.WizardReached, c.WizardSeenAt}, err
	}
	d, err := OrganizationDirectory(tx)
	return Progress{d.IDP, d.WizardWay, d.WizardStep, d.WizardReached, d.WizardSeenAt}, err
}

// ChooseProvider notes which guide the setup follows. Another one than before starts its steps anew; what was entered
// is kept.
func ChooseProvider(tx *Tx, kind, slug string) error {
	p, err := SetupProgress(tx, kind)
	if err != nil || p.IDP == slug {
		return err
	}
	err = tx.org().Model(wizardRow(kind)).Where("organization_id = ?", tx.Actor.OrgID).
		Updates(map[string]any{"idp": slug, "wizard_way": "", "wizard_step": 0, "wizard_reached": 0, "wizard_seen_at": tx.Now}).Error
	if err != nil {
		return err
	}
	return tx.Record(integrationOf(kind)+".provider_chosen", tx.Actor.OrgID, Changes{"provider": slug})
}

// ChooseWay notes which of the guide's ways the setup follows, as the kind of app to make. It can be chosen again: nothing
// of what was entered depends on it.
func ChooseWay(tx *Tx, kind, way string) error {
	p, err := SetupProgress(tx, kind)
	if err != nil || p.Way == way {
		return err
	}
	err = tx.org().Model(wizardRow(kind)).Where("organization_id = ?", tx.Actor.OrgID).
		Updates(map[string]any{"wizard_way": way, "wizard_seen_at": tx.Now}).Error
	if err != nil {
		return err
	}
	return tx.Record(integrationOf(kind)+".way_chosen", tx.Actor.OrgID, Changes{"way": way})
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

// SetupMark changes whenever the setup's live page has something new to show.
func SetupMark(tx *Tx, kind string) (string, error) {
	if kind == KindSSO {
		c, err := OrganizationConnection(tx)
		if err != nil {
			return "", err
		}
		t, err := LatestTest(tx, c)
		if IsNotFound(err) {
			return c.State, nil
		}
		if err != nil {
			return "", err
		}
		return fmt.Sprint(c.State, c.Version, t.ID, t.Outcome, t.TimedOut(tx.Now)), nil
	}
	return directorySetupMark(tx)
}

func directorySetupMark(tx *Tx) (string, error) {
	d, err := OrganizationDirectory(tx)
	if err != nil {
		return "", err
	}
	n, err := CountManaged(tx, d, false)
	if err != nil {
		return "", err
	}
	refused, err := countRefusals(tx)
	if err != nil {
		return "", err
	}
	failed, err := ListExchanges(tx, ExchangeQuery{Outcome: OutcomeFailed, Limit: 1})
	if err != nil {
		return "", err
	}
	newest := int64(0)
	for _, x := range failed {
		newest = x.ID
	}
	last := time.Time{}
	if d.LastRequestAt != nil {
		last = *d.LastRequestAt
	}
	return fmt.Sprint(d.State, d.Version, d.UserCount, n, last.Unix(), refused, newest), nil
}

// CountManaged counts the members whom the directory manages, with noCountry only those who lack a country.
func CountManaged(tx *Tx, d *Directory, noCountry bool) (n int64, err error) {
	g := tx.org().Model(&Member{}).Where("directory_id = ?", d.ID)
	if noCountry {
		g = g.Where("country = ''")
	}
	return n, g.Count(&n).Error
}

// ListManaged lists members whom the directory manages, in the order in which they came.
func ListManaged(tx *Tx, d *Directory, limit int) ([]Member, error) {
	var rows []Member
	return rows, tx.org().Where("directory_id = ?", d.ID).Order("seq").Limit(limit).Find(&rows).Error
}
