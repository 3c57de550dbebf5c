package scim

import "strings"

// site is a place where a request puts the plan: a schema URN, or empty for the top
// level. An empty plan takes it away.
type site struct{ urn, plan string }

// plan returns the user's plan as sent, or the empty string.
func (u User) plan() string {
	ext, _ := u.Attributes[RollcallSchema].(map[string]any)
	plan, _ := ext["plan"].(string)
	return plan
}

// namesPlan tells whether an object that no schema knows gives a plan: then its key is a namespace, though it has no
// colon.
func namesPlan(o object) bool {
	_, ok := o.get("plan")
	return ok
}

// disagree tells whether the sites name more than one plan.
func disagree(sites []site) bool {
	for _, s := range sites {
		if !strings.EqualFold(s.plan, sites[0].plan) {
			return true
		}
	}
	return false
}

// putPlan notes a plan that the request sets at one place; settlePlan decides.
func (e *editor) putPlan(op opKind, urn string, v any) error {
	var plan any
	if op != opRemove {
		var err error
		if plan, err = normalize(planAttribute, v); err != nil {
			return err
		}
	}
	if len(e.sites) == maxSites || len(e.doc) > maxUnknown {
		return refuse(InvalidValue, "The plan is given under more than %d schemas.", maxSites)
	}
	text, _ := plan.(string)
	e.sites = append(e.sites, site{urn, strings.TrimSpace(text)})
	return nil
}

// settlePlan ends one operation: a change at one place is a change at all of them, and
// a removal at one removes all (SPEC P2). Of plans that disagree, the one that differs
// from the plan before wins, since the others are echoes; then Rollcall's extension;
// then what was written first.
func (e *editor) settlePlan() {
	if len(e.sites) == 0 {
		return
	}
	winner := e.sites[0]
	for _, s := range e.sites[1:] {
		if e.rank(s) > e.rank(winner) {
			winner = s
		}
	}
	for _, s := range e.sites {
		e.extension(s.urn)["plan"] = ""
	}
	e.extension(RollcallSchema)["plan"] = ""
	e.spreadPlan(winner.plan)
	e.was = winner.plan
	e.sites = nil
}

func (e *editor) rank(s site) (rank int) {
	if !strings.EqualFold(s.plan, e.was) {
		rank += 2
	}
	if s.urn == RollcallSchema {
		rank++
	}
	return rank
}

// spreadPlan writes the plan at every place that has one.
func (e *editor) spreadPlan(plan string) {
	var value any
	if plan != "" {
		value = plan
	}
	if _, ok := e.doc["plan"]; ok {
		setOrDelete(e.doc, "plan", value)
	}
	for urn, v := range e.doc {
		ext, ok := v.(map[string]any)
		if !ok {
			continue
		}
		if _, ok := ext["plan"]; ok {
			setOrDelete(ext, "plan", value)
		}
		if len(ext) == 0 {
			delete(e.doc, urn)
		}
	}
}

// extension returns the map of an extension, or the document itself for the core
// schema, made if there is none. An unknown URN is found in any letter case.
func (e *editor) extension(urn string) map[string]any {
	return section(e.doc, urn)
}

func section(m map[string]any, urn string) map[string]any {
	if urn == "" {
		return m
	}
	key := foldedKey(m, urn)
	if s, ok := m[key].(map[string]any); ok {
		return s
	}
	s := map[string]any{}
	m[key] = s
	return s
}

// foldedKey returns the key of m that equals name in any letter case, else name.
func foldedKey(m map[string]any, name string) string {
	if _, ok := m[name]; ok {
		return name
	}
	for key := range m {
		if strings.EqualFold(key, name) {
			return key
		}
	}
	return name
}
