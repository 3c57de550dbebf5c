package models

import (
	"slices"
	"time"
)

const (
	liveTokens    = 2           // while one is rotated (SPEC T1)
	tokenSeenEach = time.Minute // at most one note of use a minute
)

// tokenDays are the lifetimes that a token can be given; 0 is without an end.
var tokenDays = []int64{0, 90, 365, 730}

// CreateDirectoryToken makes a bearer token and answers it; it is shown once. It ends by itself after that many days,
// 0 for never. Two may live; a third is a Conflict. A directory that was deactivated waits for its first request again.
func CreateDirectoryToken(tx *Tx, d *Directory, days int64) (string, *DirectoryToken, error) {
	if err := tx.refuseActing("make a directory token, whose secret only they may see"); err != nil {
		return "", nil, err
	}
	if !slices.Contains(tokenDays, days) {
		return "", nil, invalid("days", "Choose how long the token works: without an end, 90 days, one year or two years.")
	}
	if _, err := lockOrganization(tx); err != nil {
		return "", nil, err
	}
	tokens, err := ListDirectoryTokens(tx, d)
	if err != nil {
		return "", nil, err
	}
	if LiveTokens(tokens, tx.Now) >= liveTokens {
		return "", nil, &Error{Code: Conflict, Message: "This directory has two live tokens already. End the one that your identity provider no longer uses, then make a new one."}
	}
	token := tx.NewToken()
	t := &DirectoryToken{
		ID: tx.NewID("tok"), OrganizationID: tx.Actor.OrgID, DirectoryID: d.ID, Digest: Digest(token), LastFour: lastFour(token),
		CreatedBy: tx.Actor.ID, CreatedAt: tx.Now,
	}
	if days > 0 {
		end := tx.Now.AddDate(0, 0, int(days))
		t.ExpiresAt = &end
	}
	if err := tx.g.Create(t).Error; err != nil {
		return "", nil, err
	}
	if err := reopenDirectory(tx, d); err != nil {
		return "", nil, err
	}
	return token, t, tx.Record("directory_token.created", d.ID, Changes{"token": t.ID, "last_four": t.LastFour, "days": days})
}

// Live tells whether requests with the token are let in.
func (t *DirectoryToken) Live(now time.Time) bool {
	return t.EndedAt == nil && (t.ExpiresAt == nil || now.Before(*t.ExpiresAt))
}

// LiveTokens counts the live ones.
func LiveTokens(tokens []DirectoryToken, now time.Time) (n int) {
	for i := range tokens {
		if tokens[i].Live(now) {
			n++
		}
	}
	return n
}

// ListDirectoryTokens are the tokens of a directory that nobody has ended, oldest first. One that has expired is among
// them, so that pages can say so.
func ListDirectoryTokens(tx *Tx, d *Directory) ([]DirectoryToken, error) {
	var rows []DirectoryToken
	return rows, tx.org().Where("directory_id = ? AND ended_at IS NULL", d.ID).Order("created_at, id").Find(&rows).Error
}

// EndDirectoryToken ends one token at once; the next request with it is answered 401.
func EndDirectoryToken(tx *Tx, d *Directory, id string) error {
	res := tx.org().Model(&DirectoryToken{}).Where("id = ? AND directory_id = ? AND ended_at IS NULL", id, d.ID).Update("ended_at", tx.Now)
	if res.Error == nil && res.RowsAffected == 0 {
		return notFound("live token")
	}
	if res.Error != nil {
		return res.Error
	}
	return tx.Record("directory_token.ended", d.ID, Changes{"token": id})
}

// SCIMClient is who is behind a bearer token.
type SCIMClient struct {
	Directory  *Directory // what requests need of it: not its times and its wizard
	OrgID      string
	SCIMBought bool

	token DirectoryToken // its id and times
}

// FindDirectoryByToken finds the directory that a live token opens; the row tells the organization. NotFound for a token
// that is unknown or ended, or whose directory is deactivated. It is asked before every request (SPEC R2), so it is one
// statement.
func FindDirectoryByToken(tx *Tx, token string) (*SCIMClient, error) {
	d := &Directory{}
	c := &SCIMClient{Directory: d}
	err := tx.read(`SELECT t.id, t.last_used_at, t.expires_at, o.id, o.scim_bought, d.id, d.state, d.strict, d.allow_guests, d.mapping, d.next_seq, d.user_count, d.version
		FROM directory_tokens t JOIN directories d ON d.id = t.directory_id AND d.organization_id = t.organization_id
		JOIN organizations o ON o.id = t.organization_id WHERE t.digest = ? AND t.ended_at IS NULL AND d.state <> 'deactivated'`,
		[]any{Digest(token)}, func(get func(...any) error) error {
			return get(&c.token.ID, &c.token.LastUsedAt, &c.token.ExpiresAt, &c.OrgID, &c.SCIMBought,
				&d.ID, &d.State, &d.Strict, &d.AllowGuests, &d.Mapping, &d.NextSeq, &d.UserCount, &d.Version)
		})
	if err == nil && (c.token.ID == "" || !c.token.Live(tx.Now)) {
		err = notFound("live token")
	}
	d.OrganizationID = c.OrgID
	return c, err
}

// Due tells whether NoteSCIMRequest has something to write.
func (c *SCIMClient) Due(now time.Time) bool {
	return c.Directory.State == Awaiting || c.token.LastUsedAt == nil || now.Sub(*c.token.LastUsedAt) >= tokenSeenEach
}

// NoteSCIMRequest notes that an authenticated request was answered 2xx. The first one turns the directory Active, and
// from then on members are added from it (SPEC S1, S6).
func NoteSCIMRequest(tx *Tx, c *SCIMClient) error {
	err := tx.org().Model(&DirectoryToken{}).Where("id = ?", c.token.ID).Update("last_used_at", tx.Now).Error
	if err != nil {
		return err
	}
	err = tx.org().Model(&Directory{}).Where("id = ?", c.Directory.ID).Update("last_request_at", tx.Now).Error
	if err != nil || c.Directory.State != Awaiting {
		return err
	}
	res := tx.org().Model(&Directory{}).Where("id = ? AND state = ?", c.Directory.ID, Awaiting).Updates(map[string]any{
		"state": Active, "activated_at": tx.Now, "version": c.Directory.Version + 1,
	})
	if res.Error != nil || res.RowsAffected == 0 { // somebody else was first
		return res.Error
	}
	err = tx.org().Model(&Directory{}).Where("id = ? AND first_request_at IS NULL", c.Directory.ID).Update("first_request_at", tx.Now).Error
	if err != nil {
		return err
	}
	if err := setAddMembers(tx, AddByDirectory); err != nil {
		return err
	}
	return tx.Record("directory.activated", c.Directory.ID, Changes{"add_members": AddByDirectory})
}

func setAddMembers(tx *Tx, how string) error {
	return tx.g.Model(&Organization{}).Where("id = ?", tx.Actor.OrgID).Update("add_members", how).Error
}
