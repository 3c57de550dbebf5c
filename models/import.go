package models

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// States of an Import.
const (
	ImportReading   = "reading"   // its rows are being stored
	ImportReview    = "review"    // waits for an administrator's word
	ImportRunning   = "running"   // people are being invited
	ImportFinished  = "finished"  // every row has been looked at
	ImportCancelled = "cancelled" // what was done until then stays
)

// States of an ImportRow. The first five are the review's; ready rows become done or failed.
const (
	RowReady     = "ready"
	RowMember    = "member"    // somebody with this e-mail is a member already
	RowInvited   = "invited"   // or has an invite that is open
	RowDuplicate = "duplicate" // the e-mail stands in an earlier row
	RowError     = "error"
	RowDone      = "done"
	RowFailed    = "failed"
)

// Import is a CSV of people to invite (SPEC P10): read, reviewed, then carried out by the worker.
type Import struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	Name           string // the file's
	State          string
	Encoding       string
	Separator      string
	Header         string // the first row as it stood, a JSON list
	CreatedBy      string // an account id
	CreatedAt      time.Time
	StartedAt      *time.Time
	FinishedAt     *time.Time
	Holder         string // the worker that carries it out
	LeasedUntil    *time.Time
}

// Columns is the first row as it stood in the file.
func (i *Import) Columns() []string { return textsOf(i.Header) }

// Known are the columns of SPEC P1 that the file has, in the order of the template.
func (i *Import) Known() (out []string) {
	at, _ := places(i.Columns(), "-") // checked when it was read
	for _, name := range ImportColumns {
		if _, ok := at[name]; ok {
			out = append(out, name)
		}
	}
	return out
}

// ImportRow is one row below the header. Field and Message say what is wrong with it.
type ImportRow struct {
	OrganizationID string
	ImportID       string
	Number         int64 // the line, as a spreadsheet counts: the header is 1
	State          string
	Field          string
	Message        string
	EmailKey       string
	Cells          string // as they stood, a JSON list
	CreatedAt      time.Time
	ID             int64 `gorm:"primaryKey"`
}

// Values are the row's values as they stood in the file.
func (r *ImportRow) Values() []string { return textsOf(r.Cells) }

// Profile is what the row says of a person.
func (r *ImportRow) Profile(i *Import) Profile {
	at, err := places(i.Columns(), "-")
	if err != nil {
		return Profile{}
	}
	return profileAt(r.Values(), at)
}

// ImportCount is how many rows of an import are in a state. It moves with the rows, in the same commit.
type ImportCount struct {
	OrganizationID string `gorm:"primaryKey"`
	ImportID       string `gorm:"primaryKey"`
	State          string `gorm:"primaryKey"`
	N              int64
}

func textsOf(text string) (out []string) {
	_ = json.Unmarshal([]byte(text), &out) // written by listText
	return out
}

func listText(l []string) string {
	b, _ := json.Marshal(l) // strings always marshal
	return string(b)
}

// BeginImport keeps the head of a file that was opened. It answers Invalid when the header lacks a column.
func BeginImport(tx *Tx, name string, f *ImportFile) (*Import, error) {
	o, err := FindOrganization(tx)
	if err != nil {
		return nil, err
	}
	if _, err := places(f.Header, o.DefaultCountry); err != nil {
		return nil, err
	}
	i := &Import{
		ID: tx.NewID("imp"), OrganizationID: tx.Actor.OrgID, Name: clean(name), State: ImportReading, Encoding: f.Encoding, Separator: f.Separator,
		Header: listText(f.Header), CreatedBy: tx.Actor.ID, CreatedAt: tx.Now,
	}
	return i, insert(tx, i)
}

// ReviewImport opens the review of an import whose rows are all stored.
func ReviewImport(tx *Tx, id string) error {
	rows, err := change[Import](tx, map[string]any{"state": ImportReview}, "id = ? AND state = ?", id, ImportReading)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return notFound("import")
	}
	counts, err := CountImportRows(tx, id)
	if err != nil {
		return err
	}
	return tx.Record("import.reviewed", id, counts.changes())
}

// FindImport finds one of the organization's imports.
func FindImport(tx *Tx, id string) (*Import, error) { return first[Import](tx, "id = ?", id) }

// ListImports are the organization's latest imports, newest first.
func ListImports(tx *Tx, limit int) ([]Import, error) {
	var rows []Import
	return rows, tx.org().Where("state <> ?", ImportReading).Order("created_at DESC, id").Limit(limit).Find(&rows).Error
}

// ImportCounts are how many rows of an import are in each state.
type ImportCounts map[string]int64

// Total is all rows.
func (c ImportCounts) Total() (n int64) {
	for _, v := range c {
		n += v
	}
	return n
}

func (c ImportCounts) changes() Changes {
	out := Changes{}
	for state, n := range c {
		out[state] = n
	}
	return out
}

// CountImportRows are the counts of an import's rows by state.
func CountImportRows(tx *Tx, id string) (ImportCounts, error) {
	rows, err := find[ImportCount](tx, "", "import_id = ?", id)
	out := ImportCounts{}
	for _, r := range rows {
		if r.N > 0 {
			out[r.State] = r.N
		}
	}
	return out, err
}

// countMoved writes by how many the rows of an import in each state became more or fewer.
func countMoved(tx *Tx, id string, moved ImportCounts) error {
	var rows []*ImportCount
	for _, state := range slices.Sorted(maps.Keys(moved)) { // in one order, so that no two transactions wait for each other
		rows = append(rows, &ImportCount{OrganizationID: tx.Actor.OrgID, ImportID: id, State: state, N: moved[state]})
	}
	return insertOr(tx, " ON CONFLICT (organization_id, import_id, state) DO UPDATE SET n = import_counts.n + excluded.n", rows...)
}

// ListImportRows lists rows of an import in the file's order, in one of the states; none means all. Limit 0 is no limit.
func ListImportRows(tx *Tx, id string, after int64, limit int, states ...string) ([]ImportRow, error) {
	g := tx.org().Where("import_id = ? AND number > ?", id, after).Order("number")
	if len(states) > 0 {
		g = g.Where("state IN ?", states)
	}
	if limit > 0 {
		g = g.Limit(limit)
	}
	var rows []ImportRow
	return rows, g.Find(&rows).Error
}

// FindImportRow finds a row by its line.
func FindImportRow(tx *Tx, id string, number int64) (*ImportRow, error) {
	return first[ImportRow](tx, "import_id = ? AND number = ?", id, number)
}

// StartImport lets the worker carry out a reviewed import.
func StartImport(tx *Tx, id string) error {
	rows, err := change[Import](tx, map[string]any{"state": ImportRunning, "started_at": tx.Now}, "id = ? AND state = ?", id, ImportReview)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return importTurned(tx, id)
	}
	return tx.Record("import.started", id, nil)
}

// CancelImport ends an import before or while it is carried out. Who has been invited by then stays invited.
func CancelImport(tx *Tx, id string) error {
	rows, err := change[Import](tx, map[string]any{"state": ImportCancelled, "finished_at": tx.Now}, "id = ? AND state IN (?, ?)", id, ImportReview, ImportRunning)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return importTurned(tx, id)
	}
	counts, err := CountImportRows(tx, id)
	if err != nil {
		return err
	}
	return tx.Record("import.cancelled", id, counts.changes())
}

// importTurned says why an import is not where the button expected it.
func importTurned(tx *Tx, id string) error {
	i, err := FindImport(tx, id)
	if err != nil {
		return err
	}
	return &Error{Code: Conflict, Message: "This import is " + i.State + " already. Look at it again."}
}

// CreatorOf is the actor on whose behalf an import is carried out: whoever began it.
func CreatorOf(i *Import) Actor {
	by := Actor{Kind: ActorMember, ID: i.CreatedBy, OrgID: i.OrganizationID}
	if strings.HasPrefix(i.CreatedBy, "opr-") {
		by.Kind = ActorActing
	}
	return by
}
