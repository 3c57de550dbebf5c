package models

import "time"

// InviteOperator makes an operator and e-mails the link by which the person chooses a password.
func InviteOperator(tx *Tx, email string) (*Operator, error) {
	o, welcome, err := CreateOperator(tx, email, "")
	if err != nil {
		return nil, err
	}
	return o, tx.Queue(welcomeMail(tx, o, welcome, false))
}

// ResetOperator takes password and second factor from an operator, ends all sessions, and answers the token of a new
// link, which is e-mailed as well: with the second factor alone gone, a stolen password would enrol a stranger's app.
func ResetOperator(tx *Tx, id string) (welcome string, err error) {
	o, _, err := lockStaff(tx, id, "Ask a colleague to reset your own access.")
	if err != nil {
		return "", err
	}
	if o.DisabledAt != nil {
		return "", &Error{Code: Conflict, Message: o.Email + " is switched off. Switch the access on again first; that sends a new link too."}
	}
	return renewOperator(tx, o, "operator.reset")
}

// DisableOperator switches an operator off at once: sessions, and what they act under, end. The last one who can sign in
// stays.
func DisableOperator(tx *Tx, id string) error {
	o, others, err := lockStaff(tx, id, "Ask a colleague to switch you off.")
	if err != nil || o.DisabledAt != nil {
		return err
	}
	if o.works() && others == 0 {
		return &Error{Code: Conflict, Message: o.Email + " is the last operator who can sign in. Invite another one, who signs in once, first."}
	}
	if err := endOperatorSessions(tx, id); err != nil {
		return err
	}
	err = tx.g.Model(&Operator{}).Where("id = ?", id).Updates(map[string]any{
		"disabled_at": tx.Now, "password_hash": "", "totp_secret": "", "totp_proved_at": nil, "welcome_digest": nil, "welcome_until": nil,
	}).Error
	if err != nil {
		return err
	}
	return tx.Record("operator.disabled", id, nil)
}

// EnableOperator switches an operator on again, who gets a link like a new one.
func EnableOperator(tx *Tx, id string) (welcome string, err error) {
	o := &Operator{}
	if err := translate(forUpdate(tx.g).First(o, "id = ?", id).Error); err != nil || o.DisabledAt == nil {
		return "", err
	}
	return renewOperator(tx, o, "operator.enabled")
}

// renewOperator lets an operator begin anew with a link.
func renewOperator(tx *Tx, o *Operator, action string) (welcome string, err error) {
	if err := endOperatorSessions(tx, o.ID); err != nil {
		return "", err
	}
	welcome = tx.NewToken()
	err = tx.g.Model(&Operator{}).Where("id = ?", o.ID).Updates(map[string]any{
		"disabled_at": nil, "password_hash": "", "totp_secret": "", "totp_proved_at": nil,
		"welcome_digest": Digest(welcome), "welcome_until": tx.Now.Add(welcomeLife),
	}).Error
	if err != nil {
		return "", err
	}
	return welcome, tx.Record(action, o.ID, nil, welcomeMail(tx, o, welcome, true))
}

func welcomeMail(tx *Tx, o *Operator, welcome string, again bool) *Outbox {
	return NewMail("operator_welcome", o.Email, "/operator/welcome/"+welcome, map[string]string{
		"again": word(again), "expires": tx.Now.Add(welcomeLife).Format(time.RFC3339),
	})
}

// lockStaff finds an operator whose access changes, who must not be oneself, and counts the others who can sign in.
func lockStaff(tx *Tx, id, ownself string) (o *Operator, others int, err error) {
	var all []Operator
	if err := forUpdate(tx.g).Order("id").Find(&all).Error; err != nil {
		return nil, 0, err
	}
	for i := range all {
		if all[i].ID == id {
			o = &all[i]
		} else if all[i].works() {
			others++
		}
	}
	switch {
	case o == nil:
		err = notFound("operator")
	case id == tx.Actor.ID:
		err = &Error{Code: Conflict, Message: ownself}
	}
	return o, others, err
}

// works tells whether the operator has all that a sign-in needs.
func (o *Operator) works() bool {
	return o.DisabledAt == nil && o.PasswordHash != "" && o.TOTPProvedAt != nil
}

// endOperatorSessions ends the operator's sessions and what they act under.
func endOperatorSessions(tx *Tx, id string) error {
	var rows []Session
	if err := tx.allOrgs().Where("operator_id = ? AND ended_at IS NULL", id).Find(&rows).Error; err != nil {
		return err
	}
	for i := range rows {
		if err := EndImpersonation(tx, &rows[i]); err != nil && !IsNotFound(err) {
			return err
		}
		if err := EndSession(tx, rows[i].Digest); err != nil {
			return err
		}
	}
	return nil
}

// wrongCodes is how many wrong codes a half session stands before the password is asked for again.
const wrongCodes = 5

// RefuseOperatorCode notes a wrong code in the operators' audit, and ends the half session after too many.
func RefuseOperatorCode(tx *Tx, half *Session) error {
	if err := Hit(tx, "operator-half:"+half.Digest[:24], wrongCodes-1, operatorHalfway); err != nil {
		if _, over := err.(*RateError); !over {
			return err
		}
		if err := EndSession(tx, half.Digest); err != nil {
			return err
		}
	}
	by := Actor{Kind: ActorOperator, ID: *half.OperatorID, IP: tx.Actor.IP, RequestID: tx.Actor.RequestID}
	return tx.As(by).Record("operator.code_refused", *half.OperatorID, nil)
}

// ListOperatorEvents lists what operators and the command did, in all organizations, newest first.
func ListOperatorEvents(tx *Tx, q AuditQuery) ([]AuditEvent, error) {
	// The condition is written as the index has it.
	return q.list(tx.allOrgs().Where("actor_kind IN ('operator', 'acting')"), tx.g)
}

// AllLabels are the labels of the given people, for operators.
func AllLabels(tx *Tx, ids []string) (map[string]PersonLabel, error) {
	var rows []PersonLabel
	out := map[string]PersonLabel{}
	if len(ids) == 0 {
		return out, nil
	}
	err := tx.allOrgs().Find(&rows, "person_id IN ?", ids).Error
	for _, r := range rows {
		out[r.PersonID] = r
	}
	return out, err
}

// OrganizationNames are the names of organizations by id.
func OrganizationNames(tx *Tx, ids []string) (map[string]string, error) {
	var rows []Organization
	err := tx.g.Select("id", "name").Find(&rows, "id IN ?", ids).Error
	out := map[string]string{}
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, err
}
