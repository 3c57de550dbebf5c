package models

// ConnectionSetUp is all that a connection needs, for those who set one up without the wizard: the command and the
// demo.
type ConnectionSetUp struct {
	IDP          string // slug of the guide
	Data         ProviderData
	IDPInitiated bool // sign-ins may begin at the identity provider
	Activate     bool // without the test sign-in that the wizard asks for (SPEC L4)
}

// SetUpConnection does in one go what the wizard does step by step. The feature must be bought.
func SetUpConnection(tx *Tx, s ConnectionSetUp) (*Connection, error) {
	if err := requireBought(tx, KindSSO); err != nil {
		return nil, err
	}
	c, err := ensureConnection(tx)
	if err != nil {
		return nil, err
	}
	if s.IDP != "" {
		if err := ChooseProvider(tx, KindSSO, s.IDP); err != nil {
			return nil, err
		}
	}
	if err := lockConnection(tx, c); err != nil {
		return nil, err
	}
	if err := SaveProviderData(tx, c, s.Data); err != nil {
		return nil, err
	}
	if err := SetIDPInitiated(tx, c, s.IDPInitiated); err != nil {
		return nil, err
	}
	if s.Activate {
		err = ActivateConnection(tx, c, true)
	}
	return c, err
}

// requireBought refuses a feature that the organization has not bought.
func requireBought(tx *Tx, kind string) error {
	o, err := FindOrganization(tx)
	if err == nil && !o.Bought(kind) {
		return &Error{Code: PaymentRequired, Message: integrationName(kind) + " is not included in what " + o.Name + " has bought."}
	}
	return err
}
