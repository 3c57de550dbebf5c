package models

import "slices"

// SignInCheck is all that decides whether a person can sign in to the organization, in the order in which it is asked
// (SPEC A2). Nothing of another organization is in it.
type SignInCheck struct {
	Org       *Organization
	Email     string // folded
	Domain    *Domain
	SSO       *ConnectionStatus
	Settings  *ConnectionSettings // in use; nil before the first activation
	Directory *DirectoryStatus
	Member    *Member // nil: nobody here has the address
	Suspended bool    // the member's account
	Last      *SignIn // of the member; nil for none
	Exchange  *SCIMExchange
}

// FindSignInCheck reads what decides about an address.
func FindSignInCheck(tx *Tx, email string) (k *SignInCheck, err error) {
	_, key, err := ParseEmail(email)
	if err != nil {
		return nil, err
	}
	k = &SignInCheck{Email: key}
	if k.Org, err = FindOrganization(tx); err != nil {
		return nil, err
	}
	domains, err := ListDomains(tx)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(domains, func(d Domain) bool { return d.Name == emailDomain(key) }); i >= 0 {
		k.Domain = &domains[i]
	}
	if k.SSO, err = FindConnectionStatus(tx, k.Org); err != nil {
		return nil, err
	}
	if k.SSO.Connection != nil {
		if k.Settings, err = ActiveSettings(tx, k.SSO.Connection); IsNotFound(err) {
			k.Settings, err = nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
	if k.Directory, err = FindDirectoryStatus(tx, k.Org); err != nil {
		return nil, err
	}
	return k, k.readMember(tx)
}

func (k *SignInCheck) readMember(tx *Tx) error {
	m, err := FindMemberByEmail(tx, k.Email)
	if IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	k.Member = m
	if m.AccountID != nil {
		a, err := FindAccount(tx, *m.AccountID)
		if err != nil && !IsNotFound(err) {
			return err
		}
		k.Suspended = err == nil && a.SuspendedAt != nil
	}
	signIns, err := ListSignIns(tx, SignInQuery{PersonID: m.ID, Limit: 1})
	if err != nil {
		return err
	}
	if len(signIns) > 0 {
		k.Last = &signIns[0]
	}
	exchanges, err := ListExchanges(tx, ExchangeQuery{PersonID: m.ID, Limit: 1})
	if err == nil && len(exchanges) > 0 {
		k.Exchange = &exchanges[0]
	}
	return err
}
