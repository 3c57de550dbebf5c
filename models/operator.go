package models

import "time"

// Operator is one of the SaaS's own staff, who looks after all organizations. It is no Account: an operator's sign-in
// opens no organization.
type Operator struct {
	ID            string `gorm:"primaryKey"`
	Email         string
	EmailKey      string
	PasswordHash  string     // argon2id in PHC form, or "" for none yet
	TOTPSecret    string     `gorm:"column:totp_secret"`    // base32, sealed; "" until the first sign-in
	TOTPStep      int64      `gorm:"column:totp_step"`      // the last 30 seconds whose code was taken
	TOTPProvedAt  *time.Time `gorm:"column:totp_proved_at"` // when the first code fitted; until then the secret is shown
	WelcomeDigest *string
	WelcomeUntil  *time.Time
	DisabledAt    *time.Time // switched off: signs in no more
	LastSignInAt  *time.Time
	CreatedAt     time.Time
}

// Lives of what an operator gets.
const (
	welcomeLife     = 24 * time.Hour
	operatorHalfway = 10 * time.Minute // between password and code
	operatorLife    = 12 * time.Hour
	operatorIdle    = time.Hour
)

// CreateOperator makes an operator. passwordHash comes from HashPassword; without one it answers the token of a link by
// which the operator chooses a password. A taken address is a Conflict.
func CreateOperator(tx *Tx, email, passwordHash string) (o *Operator, welcome string, err error) {
	email, key, err := ParseEmail(email)
	if err != nil {
		return nil, "", err
	}
	o = &Operator{ID: tx.NewID("opr"), Email: email, EmailKey: key, PasswordHash: passwordHash, CreatedAt: tx.Now}
	if passwordHash == "" {
		welcome = tx.NewToken()
		digest, until := Digest(welcome), tx.Now.Add(welcomeLife)
		o.WelcomeDigest, o.WelcomeUntil = &digest, &until
	}
	if err := translate(tx.g.Create(o).Error); err != nil {
		if CodeOf(err) == Conflict {
			return nil, "", &Error{Code: Conflict, Field: "email", Message: "There is an operator with the address " + email + " already.", Err: err}
		}
		return nil, "", err
	}
	if err := tx.g.Create(&PersonLabel{PersonID: o.ID, Email: o.Email}).Error; err != nil {
		return nil, "", err
	}
	return o, welcome, tx.Record("operator.created", o.ID, nil)
}

// ListOperators are all operators by address.
func ListOperators(tx *Tx) ([]Operator, error) {
	var rows []Operator
	return rows, tx.g.Order("email_key").Find(&rows).Error
}

// FindOperator finds an operator by id.
func FindOperator(tx *Tx, id string) (*Operator, error) { return operatorWhere(tx, "id = ?", id) }

// FindOperatorByEmail finds an operator by address, folded here.
func FindOperatorByEmail(tx *Tx, email string) (*Operator, error) {
	_, key, err := ParseEmail(email)
	if err != nil {
		return nil, notFound("operator")
	}
	return operatorWhere(tx, "email_key = ?", key)
}

// FindOperatorByWelcome finds the operator whom a live welcome link is for.
func FindOperatorByWelcome(tx *Tx, token string) (*Operator, error) {
	return operatorWhere(tx, "welcome_digest = ? AND welcome_until > ?", Digest(token), tx.Now)
}

func operatorWhere(tx *Tx, where string, args ...any) (*Operator, error) {
	var o Operator
	return &o, translate(tx.g.Where(where, args...).First(&o).Error)
}

// WelcomeOperator sets the password that an operator chose through the welcome link, which ends by it.
func WelcomeOperator(tx *Tx, token, passwordHash string) (*Operator, error) {
	o, err := FindOperatorByWelcome(tx, token)
	if err != nil {
		return nil, err
	}
	err = tx.g.Model(&Operator{}).Where("id = ?", o.ID).Updates(map[string]any{"password_hash": passwordHash, "welcome_digest": nil, "welcome_until": nil}).Error
	if err != nil {
		return nil, err
	}
	return o, tx.As(Actor{Kind: ActorOperator, ID: o.ID, IP: tx.Actor.IP, RequestID: tx.Actor.RequestID}).Record("operator.password_set", o.ID, nil)
}

// HalfOperatorSession begins the session of an operator whose password was right; only CheckOperatorCode makes it whole.
func HalfOperatorSession(tx *Tx, o *Operator, agent string) (token string, err error) {
	return CreateSession(tx, &Session{Kind: SessionOperatorHalf, OperatorID: &o.ID, UserAgent: agent}, operatorHalfway, operatorHalfway)
}

// OperatorSession opens the desk in place of the half session.
func OperatorSession(tx *Tx, o *Operator, half *Session) (token string, err error) {
	if err := tx.g.Model(&Operator{}).Where("id = ?", o.ID).Update("last_sign_in_at", tx.Now).Error; err != nil {
		return "", err
	}
	if err := EndSession(tx, half.Digest); err != nil {
		return "", err
	}
	token, err = CreateSession(tx, &Session{Kind: SessionOperator, OperatorID: &o.ID, UserAgent: half.UserAgent}, operatorLife, operatorIdle)
	if err != nil {
		return "", err
	}
	return token, tx.As(Actor{Kind: ActorOperator, ID: o.ID, IP: tx.Actor.IP, RequestID: tx.Actor.RequestID}).Record("operator.signed_in", o.ID, nil)
}
