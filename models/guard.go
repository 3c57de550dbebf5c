package models

import (
	"errors"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const allOrgsKey = "rollcall:all_orgs"

// ErrUnscoped is what the tenant guard answers: a programming error, never a person's.
var ErrUnscoped = errors.New("models: query on a tenant table without organization_id")

// guardTenants refuses any read, update or delete on a table that has an organization_id column unless the WHERE
// clause names that column (SPEC O1). It cannot see Raw and Exec, whose files guard_test.go lists.
func guardTenants(g *gorm.DB) error {
	check := func(tx *gorm.DB) {
		s := tx.Statement
		if s.Schema == nil || s.Schema.LookUpField("organization_id") == nil || s.SQL.Len() > 0 {
			return
		}
		if v, ok := tx.Get(allOrgsKey); ok && v == true {
			return
		}
		if w, ok := s.Clauses["WHERE"].Expression.(clause.Where); ok && namesOrganization(w.Exprs) {
			return
		}
		_ = tx.AddError(ErrUnscoped)
	}
	cb := g.Callback()
	return errors.Join(
		cb.Query().Before("gorm:query").Register("rollcall:guard", check),
		cb.Row().Before("gorm:row").Register("rollcall:guard", check),
		cb.Update().Before("gorm:update").Register("rollcall:guard", check),
		cb.Delete().Before("gorm:delete").Register("rollcall:guard", check),
	)
}

// namesOrganization reports whether the AND-ed conditions name organization_id; beside an OR nothing counts.
func namesOrganization(exprs []clause.Expression) bool {
	for _, e := range exprs {
		if _, or := e.(clause.OrConditions); or {
			return false
		}
	}
	for _, e := range exprs {
		switch e := e.(type) {
		case clause.Expr:
			if strings.Contains(e.SQL, "organization_id") && !strings.Contains(strings.ToUpper(e.SQL), " OR ") {
				return true
			}
		case clause.Eq:
			if isOrganization(e.Column) {
				return true
			}
		case clause.AndConditions:
			if namesOrganization(e.Exprs) {
				return true
			}
		}
	}
	return false
}

func isOrganization(column any) bool {
	switch c := column.(type) {
	case clause.Column:
		return c.Name == "organization_id"
	case string:
		return c == "organization_id"
	}
	return false
}
