package handlers

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"rollcall/models"
	"rollcall/views"
)

// rowsPerPage is how many rows a list shows at once.
const rowsPerPage = 50

// query is the search of a list as it stands in the URL, with one value changed: what its links lead to.
func query(c Ctx, path string, changes ...string) string {
	q := url.Values{}
	for name, values := range c.QueryParams() {
		if values[0] != "" {
			q.Set(name, values[0])
		}
	}
	for i := 0; i < len(changes); i += 2 {
		q.Del(changes[i])
		if changes[i+1] != "" {
			q.Set(changes[i], changes[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// pageNumber is the page asked for, counted from 1.
func pageNumber(c Ctx) int {
	n, _ := strconv.Atoi(c.QueryParam("page"))
	return min(max(n, 1), 1_000_000)
}

// pages moves through a list of which the total is known.
func pages(c Ctx, path string, total int64) views.Pager { return pagesOf(c, path, total, rowsPerPage) }

// pagesOf is pages of a list whose rows take more room.
func pagesOf(c Ctx, path string, total, size int64) views.Pager {
	n := pageNumber(c)
	first, last := int64(n-1)*size+1, min(int64(n)*size, total)
	p := views.Pager{}
	if total == 0 {
		return p
	}
	p.Text = fmt.Sprintf("%d to %d of %d", first, last, total)
	if first > last {
		p.Text = fmt.Sprintf("Nothing on this page of %d", total)
	}
	if n > 1 {
		p.PrevPath = query(c, path, "page", strconv.Itoa(n-1))
	}
	if last < total && first <= last {
		p.NextPath = query(c, path, "page", strconv.Itoa(n+1))
	}
	return p
}

// onPage are those of rows that are on the page asked for.
func onPage[T any](c Ctx, rows []T, size int) []T {
	first := min((pageNumber(c)-1)*size, len(rows))
	return rows[first:min(first+size, len(rows))]
}

// before is where the page of a log begins: its rows are older than this one.
func before(c Ctx) int64 {
	n, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64)
	return max(n, 0)
}

// older moves through a log, newest first; last is the last row's number when there may be more, else 0.
func older(c Ctx, path string, last int64) views.Pager {
	p := views.Pager{}
	if before(c) > 0 {
		p.PrevPath = query(c, path, "before", "")
	}
	if last > 0 {
		p.NextPath = query(c, path, "before", strconv.FormatInt(last, 10))
	}
	return p
}

// countryOptions are all countries for a select.
func countryOptions() []views.Option {
	var out []views.Option
	for _, c := range models.Countries() {
		out = append(out, views.Option{Value: c.Code, Label: c.Name})
	}
	return out
}

func countryName(code string) string {
	for _, c := range models.Countries() {
		if c.Code == code {
			return c.Name
		}
	}
	return code
}

// directorySlug is the slug of the guide that the directory follows, or "".
func directorySlug(tx *models.Tx) (string, error) {
	d, err := models.OrganizationDirectory(tx)
	if models.CodeOf(err) == models.NotFound {
		return "", nil
	}
	return d.IDP, err
}

// directoryProvider is the name of the directory's provider, or "".
func directoryProvider(tx *models.Tx) (string, error) {
	slug, err := directorySlug(tx)
	return providerName(slug), err
}

// dates are the days of a search form as instants: from the first, and until the end of the last. A word that is no
// date does not narrow.
func dates(first, last string) (from, to *time.Time) {
	if t, err := time.Parse(time.DateOnly, first); err == nil {
		from = &t
	}
	if t, err := time.Parse(time.DateOnly, last); err == nil {
		end := t.AddDate(0, 0, 1)
		to = &end
	}
	return from, to
}
