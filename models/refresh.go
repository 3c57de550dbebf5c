package models

import (
	"crypto/rand"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Metadata that came from an address is read again every day (SPEC S5): new certificates work before the provider
// signs with them, and nothing else changes by itself.
const (
	metadataEvery    = 24 * time.Hour
	metadataSoonest  = time.Hour        // however short a cacheDuration is
	metadataJitter   = 30 * time.Minute // on top, so that not all connections are looked at together
	metadataClaim    = time.Hour        // a look whose replica died comes again after it
	metadataPatience = 3 * 24 * time.Hour
)

// What can be wrong with a connection's metadata. None of it changes the connection.
const (
	FaultUnreadable = "unreadable"   // nothing was answered, or nothing usable
	FaultIssuer     = "other_issuer" // it describes another identity provider
	FaultHost       = "other_host"   // the sign-in address moved to another host: an administrator decides
)

// MetadataLook is one look at the metadata of a connection.
type MetadataLook struct {
	OrganizationID, ConnectionID, URL string
}

// ClaimMetadata takes the connection whose metadata is due the longest, in any organization, for one look; NotFound
// when none is due.
func ClaimMetadata(tx *Tx) (*MetadataLook, error) {
	for {
		var c Connection
		err := forUpdate(tx.allOrgs()).Where("state IN ? AND metadata_due_at <= ?", []string{Awaiting, Active}, tx.Now).
			Order("metadata_due_at").First(&c).Error
		if err != nil {
			return nil, translate(err)
		}
		in := tx.In(c.OrganizationID)
		s, err := watchedSettings(in, &c)
		if err != nil {
			return nil, err
		}
		if s.MetadataURL != "" {
			err = noteLook(in, &c, map[string]any{"metadata_due_at": tx.Now.Add(metadataClaim)})
			return &MetadataLook{OrganizationID: c.OrganizationID, ConnectionID: c.ID, URL: s.MetadataURL}, err
		}
		// Its data was typed or uploaded since. A draft may bring an address back, so it is asked again tomorrow.
		if err := noteLook(in, &c, map[string]any{}); err != nil {
			return nil, err
		}
	}
}

// RefreshMetadata takes what the metadata says now: the identity providers in it. tx is inside the look's organization.
func RefreshMetadata(tx *Tx, l *MetadataLook, found []ProviderData) error {
	c, s, err := lookedAt(tx, l)
	if err != nil || s == nil {
		return err
	}
	i := slices.IndexFunc(found, func(p ProviderData) bool { return p.EntityID == s.EntityID })
	if i < 0 {
		return noteFault(tx, c, fault{FaultIssuer, "connection.metadata_ignored", "metadata_issuer", 0},
			map[string]string{"expected": s.EntityID, "address": l.URL})
	}
	p := found[i]
	if before, after := origin(s.SSOURL), origin(p.SSOURL); before != after {
		return noteFault(tx, c, fault{FaultHost, "connection.metadata_waits", "metadata_host", 0},
			map[string]string{"expected": before, "received": after, "address": l.URL})
	}
	changes, err := takeOver(tx, c, s, p)
	if err != nil {
		return err
	}
	set := noFault()
	if set["metadata_due_at"], err = nextLook(tx, p.ReadAgain); err != nil {
		return err
	}
	if err := noteLook(tx, c, set); err != nil {
		return err
	}
	return tx.Record("connection.metadata_refreshed", c.ID, changes)
}

// MetadataUnreadable notes a look that failed. why is a sentence for the administrators, who are told once it has
// failed for three days; sign-ins go on with what is known.
func MetadataUnreadable(tx *Tx, l *MetadataLook, why string) error {
	c, s, err := lookedAt(tx, l)
	if err != nil || s == nil {
		return err
	}
	return noteFault(tx, c, fault{FaultUnreadable, "connection.metadata_unreadable", "metadata_unreadable", metadataPatience},
		map[string]string{"why": why, "address": l.URL})
}

// watchedSettings are those whose metadata is looked at: what sign-ins use, before that what the wizard shows.
func watchedSettings(tx *Tx, c *Connection) (*ConnectionSettings, error) {
	if c.State == Active {
		return ActiveSettings(tx, c)
	}
	return SettingsInWork(tx, c)
}

// lookedAt locks the connection of a look; no settings when they changed or were switched off meanwhile.
func lookedAt(tx *Tx, l *MetadataLook) (*Connection, *ConnectionSettings, error) {
	c := &Connection{ID: l.ConnectionID}
	if err := lockConnection(tx, c); err != nil || c.State == Deactivated {
		return c, nil, err
	}
	s, err := watchedSettings(tx, c)
	if err != nil || s.MetadataURL != l.URL {
		return c, nil, err
	}
	return c, s, nil
}

// noteLook writes what is known of the looks; without another time the next one is tomorrow. It is no change of the
// connection, so its version stays.
func noteLook(tx *Tx, c *Connection, set map[string]any) (err error) {
	if set["metadata_due_at"] == nil {
		if set["metadata_due_at"], err = nextLook(tx, 0); err != nil {
			return err
		}
	}
	if err := oneRow(tx.org().Model(&Connection{}).Where("id = ?", c.ID).Updates(set)); err != nil {
		return err
	}
	return tx.org().First(c, "id = ?", c.ID).Error
}

// nextLook is when metadata is read next: within a day, sooner where it asks for that.
func nextLook(tx *Tx, asked time.Duration) (time.Time, error) {
	every := metadataEvery
	if asked > 0 {
		every = min(max(asked, metadataSoonest), metadataEvery)
	}
	jitter, err := rand.Int(tx.db.Rand, big.NewInt(int64(metadataJitter)))
	if err != nil {
		return time.Time{}, err
	}
	return tx.Now.Add(every + time.Duration(jitter.Int64()).Truncate(time.Second)), nil
}

func noFault() map[string]any {
	return map[string]any{"metadata_fault": "", "metadata_fault_since": nil, "metadata_alerted_at": nil}
}

// fault is how one kind of fault is told: at once in the audit, after patience by mail.
type fault struct {
	code, action, mail string
	patience           time.Duration
}

// noteFault leaves the connection as it is and tells its administrators once for as long as the fault lasts.
func noteFault(tx *Tx, c *Connection, f fault, values map[string]string) error {
	set := map[string]any{}
	since, alerted := tx.Now, false
	if c.MetadataFault == f.code && c.MetadataFaultSince != nil {
		since, alerted = c.MetadataFaultSince.UTC(), c.MetadataAlertedAt != nil
	} else {
		set = noFault()
	}
	set["metadata_fault"], set["metadata_fault_since"] = f.code, since
	var out []*Outbox
	if !alerted && tx.Now.Sub(since) >= f.patience {
		o, err := FindOrganization(tx)
		if err != nil {
			return err
		}
		values["since"] = since.Format(time.RFC3339)
		if out, err = mailAdmins(tx, o, f.mail, values); err != nil {
			return err
		}
		set["metadata_alerted_at"] = tx.Now
	}
	if err := noteLook(tx, c, set); err != nil {
		return err
	}
	changes := Changes{"since": since.Format(time.RFC3339)}
	for _, key := range []string{"expected", "received"} {
		if v := values[key]; v != "" {
			changes[key] = v
		}
	}
	return tx.Record(f.action, c.ID, changes, out...)
}

// origin is the scheme and host of an address, which only an administrator may change.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}
