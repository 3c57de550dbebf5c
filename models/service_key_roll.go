package models

import "time"

// The steps of a roll-over of a connection's own key (SPEC S5): for keyNotice both keys are published, then the new one
// is used, and for keyNotice more the old one still decrypts.
const (
	keyNotice = 30 * 24 * time.Hour
	keyRenew  = 90 * 24 * time.Hour // before its certificate ends a key is renewed by itself
)

// StartKeyRollOver makes the connection's next key. Our metadata publishes both from now on; nothing else changes.
func StartKeyRollOver(tx *Tx, c *Connection) error {
	if err := lockConnection(tx, c); err != nil {
		return err
	}
	switch {
	case c.ServiceKey == "":
		return &Error{Code: Conflict, Message: "This connection has no key of its own: it signs no requests and takes no encrypted responses."}
	case c.NextKey != "":
		return nil
	}
	key, cert, err := newServiceKey(tx, c)
	if err != nil {
		return err
	}
	if err := updateConnection(tx, c, map[string]any{"next_key": key, "next_cert": cert, "next_key_at": tx.Now}); err != nil {
		return err
	}
	return recordKey(tx, c, "connection.key_renewed", "service_key_renewed", map[string]string{"switch": tx.Now.Add(keyNotice).Format(time.RFC3339)})
}

// SwitchServiceKey puts the next key into use. The one before still decrypts.
func SwitchServiceKey(tx *Tx, c *Connection) error {
	if err := lockConnection(tx, c); err != nil {
		return err
	}
	if c.NextKey == "" {
		return &Error{Code: Conflict, Message: "There is no new key to switch to. It may be in use already."}
	}
	err := updateConnection(tx, c, map[string]any{
		"service_key": c.NextKey, "service_cert": c.NextCert, "past_key": c.ServiceKey, "past_key_at": tx.Now,
		"next_key": "", "next_cert": "", "next_key_at": nil,
	})
	if err != nil {
		return err
	}
	return recordKey(tx, c, "connection.key_switched", "service_key_switched", map[string]string{"until": tx.Now.Add(keyNotice).Format(time.RFC3339)})
}

// recordKey records a step, and tells the administrators of an Active connection, whose identity provider may have to be
// given our metadata again.
func recordKey(tx *Tx, c *Connection, action, mail string, values map[string]string) (err error) {
	var out []*Outbox
	if c.State == Active {
		if out, err = mailEnd(tx, mail, values); err != nil {
			return err
		}
	}
	return tx.Record(action, c.ID, nil, out...)
}

// RollServiceKeys takes the next step where its time has come, for some connections after the one with the id after, in
// all organizations, and answers the id to go on after, "" at the end.
func RollServiceKeys(tx *Tx, after string) (last string, err error) {
	var page []Connection
	err = tx.allOrgs().Where("service_key <> ? AND id > ?", "", after).Order("id").Limit(announceStep).Find(&page).Error
	if err != nil {
		return "", err
	}
	for i := range page {
		if err := rollServiceKey(tx.In(page[i].OrganizationID), &page[i]); err != nil {
			return "", err
		}
	}
	if len(page) == announceStep {
		last = page[len(page)-1].ID
	}
	return last, nil
}

func rollServiceKey(tx *Tx, c *Connection) error {
	due := func(since *time.Time) bool { return since != nil && tx.Now.Sub(*since) >= keyNotice }
	ends := parseCertificates(c.ServiceCert)
	switch {
	case due(c.NextKeyAt):
		return SwitchServiceKey(tx, c)
	case c.NextKey == "" && len(ends) == 1 && ends[0].NotAfter.Sub(tx.Now) <= keyRenew:
		return StartKeyRollOver(tx, c)
	case !due(c.PastKeyAt):
		return nil
	}
	if err := lockConnection(tx, c); err != nil {
		return err
	}
	if err := updateConnection(tx, c, map[string]any{"past_key": "", "past_key_at": nil}); err != nil {
		return err
	}
	return tx.Record("connection.key_dropped", c.ID, nil)
}
