package models

import "strings"

// SignUp is what a person gives at /signup; Organization is empty for a personal account.
type SignUp struct {
	Organization string
	Name         string
	Email        string
	PasswordHash string
}

// CreateSignUp makes the account, and the organization with it as the first administrator (SPEC O6). The account can
// be used once its e-mail is proved by the link that is mailed. A taken address makes nothing and tells its owner by
// mail, so that the answer to the browser is the same (SPEC S2).
func CreateSignUp(tx *Tx, s SignUp) error {
	email, _, err := ParseEmail(s.Email)
	if err != nil {
		return err
	}
	if s.Name = strings.TrimSpace(s.Name); s.Name == "" || len(s.Name) > maxName {
		return invalid("name", "Write your name, in at most 200 characters.")
	}
	switch old, err := FindAccountByEmail(tx, email); {
	case err == nil:
		return tx.Queue(NewMail("account_exists", old.Email, "/login", map[string]string{"name": old.Name, "email": old.Email}, old.ID))
	case CodeOf(translate(err)) != NotFound:
		return err
	}
	a, err := CreateAccount(tx, email, s.Name)
	if err != nil {
		return err
	}
	if err := tx.g.Model(&Account{}).Where("id = ?", a.ID).Update("password_hash", s.PasswordHash).Error; err != nil {
		return err
	}
	if err := tx.Record("account.signed_up", a.ID, nil); err != nil {
		return err
	}
	if s.Organization != "" {
		if _, err := FoundOrganization(tx, a, s.Organization); err != nil {
			return err
		}
	}
	return SendAccountToken(tx, a, TokenVerify, "")
}

// FoundOrganization makes an organization that has bought nothing yet, with all plans on sale (SPEC O2) and the account
// as its first administrator.
func FoundOrganization(tx *Tx, a *Account, name string) (*Organization, error) {
	o, err := CreateOrganization(tx, NewOrganization{Name: name, AllPlans: true})
	if err != nil {
		return nil, err
	}
	first, last, _ := strings.Cut(a.Name, " ")
	in := tx.In(o.ID)
	m := &Member{
		AccountID: &a.ID, Email: a.Email, EmailKey: &a.EmailKey, FirstName: first, LastName: strings.TrimSpace(last), Role: RoleAdmin,
		RoleSource: FromAdmin, PlanID: o.DefaultPlanID, PlanSource: FromDefault, Status: MemberActive, Source: SourceManual,
	}
	if err := insertMember(in, m); err != nil {
		return nil, err
	}
	return o, in.Record("member.created", m.ID, Changes{"source": m.Source, "role": m.Role})
}
