package handlers

import (
	"fmt"
	"strings"
	"time"

	"rollcall/models"
	"rollcall/views"
)

// When failed requests of an Active directory need somebody: at least so many, and one in so many, since yesterday.
const (
	failedLeast = 5
	failedShare = 10
)

// syncTroubles is what needs somebody at an Active directory, most urgent first: the card shows the first, the overview
// all of them.
func (d *ssoData) syncTroubles() (out []views.Todo) {
	st := d.scim
	if st.Stage != models.StageActive {
		return nil
	}
	for _, trouble := range []*views.Todo{
		d.tokenTrouble(0), d.refusalTrouble(),
		peopleWait(st.Leaving, "bad", "person waits to be removed", "people wait to be removed",
			"More people left within an hour than you allow. They cannot sign in; nothing else has been changed yet.", leaversPath, "Apply or restore"),
		d.failureTrouble(), d.tokenTrouble(tokenWarning), d.holdTrouble(), d.silenceTrouble(),
	} {
		if trouble != nil {
			out = append(out, *trouble)
		}
	}
	return out
}

// peopleWait is a line about n people, nil for none.
func peopleWait(n int64, kind, one, many, detail, path, action string) *views.Todo {
	if n == 0 {
		return nil
	}
	return &views.Todo{Kind: kind, Title: count(n, one, many), Detail: detail, Path: path, Action: action}
}

// tokenTrouble is about the token that the identity provider uses, when it ends within that time; 0: has ended.
func (d *ssoData) tokenTrouble(within time.Duration) *views.Todo {
	t := d.scim.Token
	if t == nil || t.ExpiresAt == nil || t.Live(d.now) != (within > 0) {
		return nil
	}
	to := views.Todo{Kind: "warn", Title: "The directory token ends in " + lasts(t.ExpiresAt.Sub(d.now)), Path: directoryPath, Action: "Open the tokens",
		Detail: "Make a second one, enter it in your identity provider, then end the one that ends in " + t.LastFour + "."}
	if within == 0 {
		to.Kind, to.Title = "bad", "The directory token ended on "+day(t.ExpiresAt)
		to.Detail = "Requests with it are refused. Make a new one and enter it in your identity provider."
		return &to
	}
	if t.ExpiresAt.Sub(d.now) >= within {
		return nil
	}
	return &to
}

// refusalTrouble is about requests that were not let in since the last one that was.
func (d *ssoData) refusalTrouble() *views.Todo {
	for i := range d.scim.Refusals {
		r := &d.scim.Refusals[i]
		if d.scim.LastRequestAt == nil || r.LastAt.After(*d.scim.LastRequestAt) {
			return &views.Todo{Kind: "bad", Title: "Requests of your directory are refused", Detail: strings.ReplaceAll(refusalRow(r, d.scim.IDP, d.now).Text, "`", ""), Path: directoryPath, Action: "See how to mend it"}
		}
	}
	return nil
}

// failureTrouble is about a directory of whose requests since yesterday many failed.
func (d *ssoData) failureTrouble() *views.Todo {
	var ok, failed int64
	for _, x := range d.days[max(0, len(d.days)-2):] {
		ok, failed = ok+x.OK, failed+x.Failed
	}
	if failed < failedLeast || failed*failedShare < ok+failed {
		return nil
	}
	return &views.Todo{Kind: "warn", Title: fmt.Sprintf("%d of %d requests of your directory failed", failed, ok+failed),
		Detail: "That is since yesterday. The log says why, and what mends it.", Path: "/organization/sso/requests?outcome=failed", Action: "See what failed"}
}

// holdTrouble is about people who came in but wait: for the review of the first sync, or for what is missing.
func (d *ssoData) holdTrouble() *views.Todo {
	if d.scim.Directory.Review {
		return peopleWait(d.scim.Held, "warn", "person waits for your review of the first sync", "people wait for your review of the first sync",
			"Nobody comes in until you apply.", reviewPath, "Review")
	}
	return peopleWait(d.scim.Held, "warn", "person from your directory is on hold", "people from your directory are on hold",
		"Something is missing or does not fit, so they cannot come in.", heldPath, "See who and why")
}

func (d *ssoData) silenceTrouble() *views.Todo {
	last := d.scim.LastRequestAt
	if last == nil || d.now.Sub(*last) <= silentDirectory {
		return nil
	}
	return &views.Todo{Kind: "warn", Title: "Nothing has come from your directory for " + lasts(d.now.Sub(*last)), Detail: "Is provisioning still on there?",
		Path: "/organization/sso/requests", Action: "Open the directory log"}
}
