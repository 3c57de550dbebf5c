package models

// chooseRole sets next's role: attribute, groups, an admin's choice, member (SPEC O2). A value that nobody knows is
// ignored, and the last administrator stays one (O6).
func (h *hall) chooseRole(a Arrival, m, next *Member, groups mapped) error {
	if m.RoleSource == FromAdmin || a.takesOver(m) && m.RoleSource != FromDefault {
		next.KeptRole = m.Role
	}
	said := Fold(a.Profile.Role)
	switch {
	case (said == RoleAdmin || said == RoleMember) && a.invites():
		next.Role, next.RoleSource, next.KeptRole = said, FromAdmin, said
	case said == RoleAdmin || said == RoleMember:
		next.Role, next.RoleSource = said, FromAttribute
	case a.silent() && m.RoleSource == FromAttribute:
	case groups.role != "":
		next.Role, next.RoleSource = groups.role, FromGroup
	case next.KeptRole != "":
		next.Role, next.RoleSource = next.KeptRole, FromAdmin
	default:
		next.Role, next.RoleSource = RoleMember, FromDefault
	}
	if next.Role == RoleAdmin {
		return nil
	}
	last, err := h.lastAdmin(m)
	if last {
		next.Role, next.RoleSource = m.Role, m.RoleSource
	}
	return err
}

// silent tells whether the door's silence means nothing: only SCIM says everything each time.
func (a Arrival) silent() bool { return a.Source != SourceSCIM }

// takesOver tells whether a directory gets a member who came in by another door (SPEC P5).
func (a Arrival) takesOver(m *Member) bool {
	return a.Source == SourceSCIM && m.ID != "" && m.DirectoryID == nil && !a.Back
}

// choosePlan sets next's plan: attribute, the best plan of its groups, the one kept or set by an admin, the default
// (SPEC O2). Who is not entitled has Free, and the chosen one waits in ReturnPlanID.
func (h *hall) choosePlan(a Arrival, m, next *Member, groups mapped, entitled bool) error {
	if m.PlanSource == FromAdmin || a.takesOver(m) && h.worthKeeping(m) {
		if now := h.planOf(m); now != nil {
			next.KeptPlanID = now
		}
	}
	plan, source, err := h.precedence(a, m, next, groups)
	if err != nil {
		return err
	}
	if source == FromAdmin {
		next.KeptPlanID = &plan
	}
	next.PlanSource = source
	if entitled {
		next.PlanID, next.ReturnPlanID = &plan, nil
	} else {
		next.PlanID, next.ReturnPlanID = &h.plans.Free.ID, &plan
	}
	return nil
}

// planOf is the plan of a member while entitled: the present one, or the one that will come back. nil: none yet.
func (h *hall) planOf(m *Member) *string {
	if m.ReturnPlanID != nil {
		return m.ReturnPlanID
	}
	if m.PlanID != nil && *m.PlanID == h.plans.Free.ID {
		return nil
	}
	return m.PlanID
}

// worthKeeping tells whether the plan from before a take-over differs from what everybody gets.
func (h *hall) worthKeeping(m *Member) bool {
	now := h.planOf(m)
	return now != nil && (m.PlanSource != FromDefault || *now != h.plans.Default.ID)
}

func (h *hall) precedence(a Arrival, m, next *Member, groups mapped) (plan, source string, err error) {
	said, err := h.planSaid(a)
	if err != nil {
		return "", "", err
	}
	now := h.planOf(m)
	kept := now != nil && containsPlan(h.plans.Purchased, *now)
	// A leaver gets back what the attribute gave, also when the return does not say it: a return restores the plan (SPEC P7).
	// It is kept like one from before a take-over, behind attribute and groups (O2), and an admin can change it. What a
	// group gave that the leaver is no longer in is gone.
	back := m.Left() && m.PlanSource != FromDefault && m.PlanSource != FromGroup
	switch {
	case said != "" && a.invites():
		return said, FromAdmin, nil
	case said != "":
		return said, FromAttribute, nil
	case a.silent() && kept && m.PlanSource == FromAttribute:
		return *now, FromAttribute, nil
	case groups.plan != "":
		return groups.plan, FromGroup, nil
	case next.KeptPlanID != nil && containsPlan(h.plans.Purchased, *next.KeptPlanID):
		return *next.KeptPlanID, FromAdmin, nil
	case kept && back:
		return *now, FromAdmin, nil
	case kept && m.PlanSource == FromDefault: // a new default is for new members
		return *now, FromDefault, nil
	}
	return h.plans.Default.ID, FromDefault, nil
}

// planSaid is the id of the plan that the arrival names, "" for none. One that cannot be is refused, except a stored
// one that comes again unchanged, and by a sign-in (SPEC P3).
func (h *hall) planSaid(a Arrival) (string, error) {
	if Fold(a.Profile.Plan) == "" {
		return "", nil
	}
	plan, err := h.plans.Find(a.Profile.Plan)
	if err == nil {
		return plan.ID, nil
	}
	if a.Source == SourceJIT || a.User != nil && Fold(a.User.Plan) == Fold(a.Profile.Plan) {
		return "", nil
	}
	return "", err
}

// mapped is what a member's groups give: the highest role and the best plan.
type mapped struct{ role, plan string }

func (h *hall) mappedGroups(m *Member) (mapped, error) {
	var out mapped
	if m.ID == "" {
		return out, nil
	}
	rank := int64(-1)
	// CROSS JOIN keeps SQLite to this order: the member's few groups, never all groups of the organization.
	err := h.tx.read(`SELECT g.mapped_role, g.mapped_plan_id FROM group_members m CROSS JOIN groups g
		WHERE m.organization_id = ? AND m.member_id = ? AND g.id = m.group_id AND (g.mapped_role <> '' OR g.mapped_plan_id IS NOT NULL)`,
		[]any{h.org.ID, m.ID}, func(get func(...any) error) error {
			var g Group
			if err := get(&g.MappedRole, &g.MappedPlanID); err != nil {
				return err
			}
			if g.MappedRole == RoleAdmin || out.role == "" {
				out.role = g.MappedRole
			}
			if g.MappedPlanID == nil {
				return nil
			}
			if p, ok := h.plans.ByID(*g.MappedPlanID); ok && p.Rank > rank && containsPlan(h.plans.Purchased, p.ID) {
				rank, out.plan = p.Rank, p.ID
			}
			return nil
		})
	return out, err
}

// warnPlan notes that a sign-in named a plan that the organization does not have (SPEC P3).
func (h *hall) warnPlan(a Arrival, m, after *Member) error {
	if a.Source != SourceJIT || Fold(a.Profile.Plan) == "" {
		return nil
	}
	if _, err := h.plans.Find(a.Profile.Plan); err == nil {
		return nil
	}
	return h.tx.Record("member.plan_unknown", after.ID, Changes{"plan": h.plans.NameOf(after.PlanID), "allowed": h.plans.Names()})
}
