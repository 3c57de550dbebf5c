package models

import "time"

// How long a link to keep an account works after its organization let it go, and the proof of a private address.
const (
	offBoardLife = 30 * 24 * time.Hour
	personalLife = 72 * time.Hour
)

const personalPath = "/personal/"

// offBoard lets the account of a disconnected member go (SPEC P7). One that has another membership, or an address of
// its own, only loses this one. Any other is suspended, its address freed, until its owner proves a private address.
func (h *hall) offBoard(m *Member, told bool) error {
	acc, err := h.accountLetGo(m, func(a *Account) bool { return a.EmailProvedAt != nil && !h.inDomains(a.Email) })
	switch {
	case err != nil || !told:
		return err
	case acc == nil:
		return h.tx.Queue(h.mail("disconnected", m, nil))
	}
	for _, to := range []string{m.Email, acc.PersonalEmail} {
		if to == "" {
			continue
		}
		if err := sendPersonalLink(h.tx, acc, to, acc.PersonalEmail == to, "disconnected", offBoardLife, h.mailValues(m, nil)); err != nil {
			return err
		}
	}
	return nil
}

// disable lets the account go of a member who will be erased. One that has another membership or its own password only
// loses this one.
func (h *hall) disable(m *Member, told bool) error {
	if _, err := h.accountLetGo(m, func(a *Account) bool { return a.PasswordHash != "" }); err != nil || !told {
		return err
	}
	return h.tx.Queue(h.mail("disabled", m, map[string]string{"erased": m.DueAt.Format(time.RFC3339)}))
}

// accountLetGo suspends the account of a member who has left, unless it is the person's own by another membership or
// by what own says. It answers the account that it suspended, if any.
func (h *hall) accountLetGo(m *Member, own func(*Account) bool) (*Account, error) {
	if m.AccountID == nil {
		return nil, nil
	}
	acc, err := FindAccount(h.tx, *m.AccountID)
	if err != nil {
		return nil, err
	}
	var others int64
	err = h.tx.allOrgs().Model(&Member{}).Where("account_id = ? AND id <> ? AND status <> ?", acc.ID, m.ID, MemberDisconnected).Count(&others).Error
	if err != nil || others > 0 || acc.SuspendedAt != nil || own(acc) {
		return nil, err
	}
	return acc, suspend(h.tx, acc, m.ID)
}

// suspend stops an account and frees its address.
func suspend(tx *Tx, acc *Account, memberID string) error {
	set := map[string]any{"suspended_at": tx.Now, "suspended_for": memberID, "email_key": acc.ID}
	if err := tx.g.Model(&Account{}).Where("id = ?", acc.ID).Updates(set).Error; err != nil {
		return err
	}
	acc.SuspendedAt, acc.SuspendedFor, acc.EmailKey = &tx.Now, memberID, acc.ID
	if err := EndSessionsOfAccount(tx, acc.ID, ""); err != nil {
		return err
	}
	if err := endAccountTokens(tx, acc.ID); err != nil {
		return err
	}
	return tx.Record("account.suspended", acc.ID, Changes{"member": memberID})
}

func endAccountTokens(tx *Tx, accountID string) error {
	return tx.g.Model(&AccountToken{}).Where("account_id = ? AND used_at IS NULL", accountID).Update("used_at", tx.Now).Error
}

// takeUpAccount gives next, a member who comes back, the account that the leaving suspended, with its address. Where
// the address is somebody else's by now, or the account its owner's own, the member goes on without one, and is judged
// like anybody new (SPEC P6).
func (h *hall) takeUpAccount(m, next *Member) error {
	if m.AccountID == nil || m.Status == MemberLeaving {
		return nil
	}
	acc, err := FindAccount(h.tx, *m.AccountID)
	if err != nil {
		return err
	}
	if acc.SuspendedFor != m.ID {
		if m.Status == MemberDisconnected {
			next.AccountID = nil
		}
		return nil
	}
	_, err = FindAccountByEmail(h.tx, acc.Email)
	if CodeOf(translate(err)) != NotFound {
		next.AccountID = nil
		return err
	}
	_, key, err := ParseEmail(acc.Email)
	if err != nil {
		return err
	}
	err = h.tx.g.Model(&Account{}).Where("id = ?", acc.ID).Updates(map[string]any{"suspended_at": nil, "suspended_for": "", "email_key": key}).Error
	if err != nil {
		return err
	}
	if err := endAccountTokens(h.tx, acc.ID); err != nil {
		return err
	}
	return h.tx.Record("account.resumed", acc.ID, Changes{"member": m.ID})
}

// sendPersonalLink mails a link to the page of personal addresses. proves: the link itself proves the address it goes
// to; else the page asks for one.
func sendPersonalLink(tx *Tx, acc *Account, to string, proves bool, mail string, life time.Duration, values map[string]string) error {
	token := tx.NewToken()
	row := &AccountToken{Digest: Digest(token), AccountID: acc.ID, Kind: TokenPersonal, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(life)}
	if proves {
		row.Email = to
	}
	if err := tx.g.Create(row).Error; err != nil {
		return err
	}
	values["expires"] = row.ExpiresAt.Format(time.RFC3339)
	return tx.Queue(NewMail(mail, to, personalPath+token, values, acc.ID))
}

// FindPersonalToken is the account behind a link to the page of personal addresses, and the address that the link
// proves ("": the page asks for one). It uses nothing up.
func FindPersonalToken(tx *Tx, token string) (acc *Account, proves string, err error) {
	var t AccountToken
	err = tx.g.First(&t, "digest = ? AND kind = ? AND used_at IS NULL AND expires_at > ?", Digest(token), TokenPersonal, tx.Now).Error
	if CodeOf(translate(err)) == NotFound {
		return nil, "", goneLink()
	}
	if err != nil {
		return nil, "", err
	}
	acc, err = FindAccount(tx, t.AccountID)
	return acc, t.Email, err
}

// AskPersonalEmail mails a link that proves a private address for the account. An address of a verified domain is
// refused; one that has an account already is told so by mail only.
func AskPersonalEmail(tx *Tx, acc *Account, address string) error {
	address, key, err := ParseEmail(address)
	if err != nil {
		return err
	}
	var n int64
	if err := tx.allOrgs().Model(&Domain{}).Where("verified_name = ?", emailDomain(key)).Count(&n).Error; err != nil {
		return err
	}
	if _, former, _ := ParseEmail(acc.Email); n > 0 || key == former {
		return invalid("email", "This address belongs to an organization. Give a private one, which stays yours when you leave.")
	}
	switch _, err = FindAccountByEmail(tx, address); {
	case err == nil:
		return tx.Queue(NewMail("account_exists", address, "/login", map[string]string{"email": address}, acc.ID))
	case CodeOf(translate(err)) != NotFound:
		return err
	}
	err = tx.g.Model(&AccountToken{}).Where("account_id = ? AND kind = ? AND email <> '' AND used_at IS NULL", acc.ID, TokenPersonal).Update("used_at", tx.Now).Error
	if err != nil {
		return err
	}
	return sendPersonalLink(tx, acc, address, true, "personal_email", personalLife, map[string]string{"name": acc.Name, "email": address})
}

// ProvePersonalEmail uses a link up and answers its account. A suspended account is the person's own from then on,
// under that address; any other has it beside its own.
func ProvePersonalEmail(tx *Tx, token string) (*Account, error) {
	acc, address, err := FindPersonalToken(tx, token)
	if err != nil {
		return nil, err
	}
	if address == "" {
		return nil, invalid("email", "Write your private e-mail address first.")
	}
	if err := endAccountTokens(tx, acc.ID); err != nil {
		return nil, err
	}
	if acc.SuspendedFor == "" {
		acc.PersonalEmail = address
		if err := tx.g.Model(&Account{}).Where("id = ?", acc.ID).Update("personal_email", address).Error; err != nil {
			return nil, err
		}
		return acc, tx.Record("account.personal_email_proved", acc.ID, nil)
	}
	return acc, becomePersonal(tx, acc, address)
}

func becomePersonal(tx *Tx, acc *Account, address string) error {
	_, key, err := ParseEmail(address)
	if err != nil {
		return err
	}
	set := map[string]any{
		"email": address, "email_key": key, "personal_email": "", "email_proved_at": tx.Now, "suspended_at": nil, "suspended_for": "",
	}
	if acc.EmailProvedAt == nil {
		set["password_hash"], acc.PasswordHash = "", "" // set by somebody who never proved the old address
	}
	if err := translate(tx.g.Model(&Account{}).Where("id = ?", acc.ID).Updates(set).Error); err != nil {
		if CodeOf(err) == Conflict {
			return &Error{Code: Conflict, Field: "email", Message: "There is an account with this address by now. Sign in with it, or give another address.", Err: err}
		}
		return err
	}
	acc.Email, acc.EmailKey, acc.PersonalEmail, acc.EmailProvedAt, acc.SuspendedAt, acc.SuspendedFor = address, key, "", &tx.Now, nil, ""
	if err := tx.allOrgs().Model(&PersonLabel{}).Where("person_id = ?", acc.ID).Update("email", address).Error; err != nil {
		return err
	}
	return tx.Record("account.made_personal", acc.ID, nil)
}
