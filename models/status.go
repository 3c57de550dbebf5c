package models

import (
	"time"

	"gorm.io/gorm"
)

// Stages of an integration on its way to Active: what its card says below the status word (UX: state machines).
const (
	StageNotIncluded = "not_included"
	StageNoLink      = "no_link"
	StageLinkLive    = "link_live"
	StageLinkEnded   = "link_ended"
	StageTestFailed  = "test_failed"
	StageTestPassed  = "test_passed"
	StageActive      = "active"
	StageDeactivated = "deactivated"
)

// failingAfter is how many sign-ins in a row must fail until an Active connection needs attention.
const failingAfter = 5

// Standing is how an integration stands: the status word (SPEC S1) and the facts of the line below it.
type Standing struct {
	State         string // NotIncluded, Awaiting, Active or Deactivated
	Stage         string // StageNotIncluded …
	IDP           string // slug of the guide; "" until chosen
	Link          *SetupLink
	Step, Reached int64 // of the wizard, counted from 0
	SeenAt        *time.Time
	ActivatedAt   *time.Time
	DeactivatedAt *time.Time
	DeactivatedBy string
	Undo          *Revocation // the deactivation that can still be taken back
}

// ConnectionStatus is how Single Sign-On stands, with what an administrator asks about it first.
type ConnectionStatus struct {
	Standing
	Connection       *Connection // nil before the first setup link
	Test             *SignIn     // the newest test, if any
	LastSignInAt     *time.Time
	SignInsThisWeek  int64 // that succeeded
	FailedInARow     int64
	CertificateEnds  *time.Time // the last of the active certificates to end
	NoVerifiedDomain bool       // nobody is sent to the identity provider yet (SPEC O4)
	LostDomains      []string
	DraftWaits       bool // an Active connection has changed settings that are not switched on
}

// DirectoryStatus is how Directory Sync stands.
type DirectoryStatus struct {
	Standing
	Directory      *Directory // nil before the first setup link
	FirstRequestAt *time.Time
	LastRequestAt  *time.Time
	Users          int64 // managed by the directory
	Held           int64
	Leaving        int64           // members of the organization whose removal waits (SPEC P12)
	Token          *DirectoryToken // the one that was used last; nil: none yet, or it was ended
	Refusals       []SCIMRefusal   // of the last day, newest first
}

// FindConnectionStatus reads how the organization's Single Sign-On stands, in a fixed number of queries.
func FindConnectionStatus(tx *Tx, o *Organization) (*ConnectionStatus, error) {
	st := &ConnectionStatus{}
	c, err := OrganizationConnection(tx)
	if err = translate(err); err != nil && CodeOf(err) != NotFound {
		return nil, err
	}
	if err == nil {
		st.Connection = c
		st.Standing = Standing{
			State: c.State, IDP: c.IDP, Step: c.WizardStep, Reached: c.WizardReached, SeenAt: c.WizardSeenAt,
			ActivatedAt: c.ActivatedAt, DeactivatedAt: c.DeactivatedAt, DeactivatedBy: c.DeactivatedBy,
		}
	}
	if err := st.complete(tx, o, KindSSO); err != nil {
		return nil, err
	}
	if st.Connection == nil {
		return st, nil
	}
	if err := st.readTest(tx); err != nil {
		return nil, err
	}
	if err := st.readSignIns(tx); err != nil {
		return nil, err
	}
	if err := st.readCertificates(tx); err != nil {
		return nil, err
	}
	return st, st.readDomains(tx)
}

// complete fills in what both integrations have in common.
func (s *Standing) complete(tx *Tx, o *Organization, kind string) error {
	if s.State == "" {
		s.State = Awaiting
	}
	if !o.Bought(kind) {
		s.State, s.Stage = NotIncluded, StageNotIncluded
		return nil
	}
	l, err := LatestSetupLink(tx, kind)
	if err = translate(err); err != nil && CodeOf(err) != NotFound {
		return err
	}
	s.Stage = StageNoLink
	if err == nil {
		s.Link, s.Stage = l, StageLinkEnded
		if l.Live(tx.Now) {
			s.Stage = StageLinkLive
		}
	}
	switch s.State {
	case Active:
		s.Stage = StageActive
	case Deactivated:
		s.Stage = StageDeactivated
	}
	r, err := LatestRevocation(tx)
	if err = translate(err); err == nil && r.Undoable(tx.Now) && r.touched(kind) {
		s.Undo = r
	}
	if CodeOf(err) == NotFound {
		return nil
	}
	return err
}

// readTest moves an Awaiting connection to what its last test says.
func (st *ConnectionStatus) readTest(tx *Tx) error {
	st.DraftWaits = st.State == Active && st.Connection.DraftSettingsID != nil
	t, err := LatestTest(tx, st.Connection)
	if err = translate(err); CodeOf(err) == NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	st.Test = t
	work, err := SettingsInWork(tx, st.Connection)
	if err != nil {
		return err
	}
	if st.State != Awaiting {
		return nil
	}
	switch {
	case work.Tested():
		st.Stage = StageTestPassed
	case t.Outcome == SignInTestFailed:
		st.Stage = StageTestFailed
	}
	return nil
}

func (st *ConnectionStatus) signIns(tx *Tx, outcome string) *gorm.DB {
	return tx.org().Model(&SignIn{}).Where("connection_id = ? AND kind <> ? AND outcome = ?", st.Connection.ID, AttemptTest, outcome)
}

func (st *ConnectionStatus) readSignIns(tx *Tx) error {
	if err := st.signIns(tx, SignInSucceeded).Where("started_at > ?", tx.Now.AddDate(0, 0, -7)).Count(&st.SignInsThisWeek).Error; err != nil {
		return err
	}
	var last SignIn
	err := st.signIns(tx, SignInSucceeded).Order("seq DESC").Limit(1).Find(&last).Error
	if err != nil {
		return err
	}
	if last.Seq > 0 {
		st.LastSignInAt = last.FinishedAt
	}
	return st.signIns(tx, SignInFailed).Where("seq > ?", last.Seq).Count(&st.FailedInARow).Error
}

// Failing tells whether the last sign-ins all failed.
func (st *ConnectionStatus) Failing() bool {
	return st.State == Active && st.FailedInARow >= failingAfter
}

func (st *ConnectionStatus) readCertificates(tx *Tx) error {
	s, err := ActiveSettings(tx, st.Connection)
	if err = translate(err); CodeOf(err) == NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	for _, c := range s.parsedCertificates() {
		if st.CertificateEnds == nil || c.NotAfter.After(*st.CertificateEnds) {
			end := c.NotAfter.UTC()
			st.CertificateEnds = &end
		}
	}
	return nil
}

func (st *ConnectionStatus) readDomains(tx *Tx) error {
	domains, err := ListDomains(tx)
	st.NoVerifiedDomain = true
	for _, d := range domains {
		if d.Proved() {
			st.NoVerifiedDomain = false
		}
		if d.State == DomainLost {
			st.LostDomains = append(st.LostDomains, d.Name)
		}
	}
	return err
}

// FindDirectoryStatus reads how the organization's Directory Sync stands, in a fixed number of queries.
func FindDirectoryStatus(tx *Tx, o *Organization) (*DirectoryStatus, error) {
	st := &DirectoryStatus{}
	d, err := OrganizationDirectory(tx)
	if err = translate(err); err != nil && CodeOf(err) != NotFound {
		return nil, err
	}
	if err == nil {
		st.Directory, st.FirstRequestAt, st.LastRequestAt = d, d.FirstRequestAt, d.LastRequestAt
		st.Standing = Standing{
			State: d.State, IDP: d.IDP, Step: d.WizardStep, Reached: d.WizardReached, SeenAt: d.WizardSeenAt,
			ActivatedAt: d.ActivatedAt, DeactivatedAt: d.DeactivatedAt, DeactivatedBy: d.DeactivatedBy,
		}
	}
	if err := st.complete(tx, o, KindSCIM); err != nil || st.Directory == nil {
		return st, err
	}
	managed := func() *gorm.DB { return tx.org().Model(&Member{}).Where("directory_id = ?", d.ID) }
	if err := managed().Count(&st.Users).Error; err != nil {
		return nil, err
	}
	if err := managed().Where("status = ?", MemberHeld).Count(&st.Held).Error; err != nil || st.State != Active {
		return st, err
	}
	return st, st.readTroubles(tx)
}

// readTroubles reads what else may need somebody at an Active directory.
func (st *DirectoryStatus) readTroubles(tx *Tx) (err error) {
	if st.Leaving, err = CountMembers(tx, MemberQuery{Status: MemberLeaving}); err != nil {
		return err
	}
	tokens, err := ListDirectoryTokens(tx, st.Directory)
	for i := range tokens {
		used := tokens[i].LastUsedAt
		if used != nil && (st.Token == nil || used.After(*st.Token.LastUsedAt)) {
			st.Token = &tokens[i]
		}
	}
	if err != nil {
		return err
	}
	st.Refusals, err = ListRefusals(tx, tx.Now.Add(-refusalPause))
	return err
}
