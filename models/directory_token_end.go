package models

import (
	"slices"
	"strconv"
	"time"
)

// tokenEndDays are how many days before the end of a token people are told.
var tokenEndDays = []int64{1, 7, 20}

// AnnounceTokens tells the organizations whose directory tokens end soon, once for each token and threshold. It looks
// at some tokens after the one with the id after, in all organizations, and answers the id to go on after, "" at the
// end.
func AnnounceTokens(tx *Tx, after string) (last string, err error) {
	var page []DirectoryToken
	soon := tx.Now.AddDate(0, 0, int(slices.Max(tokenEndDays)))
	err = tx.allOrgs().Where("expires_at > ? AND expires_at <= ? AND ended_at IS NULL AND id > ?", tx.Now, soon, after).
		Order("id").Limit(announceStep).Find(&page).Error
	if err != nil {
		return "", err
	}
	for i := range page {
		if err := announceToken(tx.In(page[i].OrganizationID), &page[i]); err != nil {
			return "", err
		}
	}
	if len(page) == announceStep {
		last = page[len(page)-1].ID
	}
	return last, nil
}

// announceToken tells one organization if a threshold was passed since the last time.
func announceToken(tx *Tx, t *DirectoryToken) error {
	left := t.ExpiresAt.Sub(tx.Now)
	i := slices.IndexFunc(tokenEndDays, func(days int64) bool { return left <= time.Duration(days)*24*time.Hour })
	if i < 0 || t.Announced != 0 && t.Announced <= tokenEndDays[i] {
		return nil
	}
	res := tx.org().Model(&DirectoryToken{}).Where("id = ? AND announced = ?", t.ID, t.Announced).Update("announced", tokenEndDays[i])
	if res.Error != nil || res.RowsAffected == 0 { // somebody else tells it
		return res.Error
	}
	ends := t.ExpiresAt.UTC().Format(time.RFC3339)
	out, err := mailEnd(tx, "token_ends", map[string]string{
		"days": strconv.FormatInt(int64((left+24*time.Hour-1)/(24*time.Hour)), 10), "ends": ends, "last_four": t.LastFour,
	})
	if err != nil {
		return err
	}
	return tx.Record("directory_token.end_announced", t.DirectoryID, Changes{"token": t.ID, "days": tokenEndDays[i], "ends": ends}, out...)
}
