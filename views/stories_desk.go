package views

// deskStories are the pages of the desk beside the organizations themselves, and what stands above an organization's own
// pages while an operator acts for it.
func deskStories() []Story {
	at := storyTime("20 Nov 2026, 16:40 UTC", "2026-11-20T16:40:00Z")
	acting := storyPage("Activity", "/organization/activity")
	acting.Acting, acting.Orgs = &Acting{OrgName: "Acme Corp", Reason: "Ticket 4711: the certificate ends and nobody there can sign in", Until: at}, nil
	return append(healthStories(), []Story{
		{"operator/acting/activity", OrgActivity(OrgActivityPage{Page: acting, Rows: storyHistory()})},
		{"operator/acting/refused", Error(ErrorPage{Page: acting, Status: 403, Heading: "You cannot do this", Text: "You act for this organization, so you cannot make recovery codes. One of its administrators can."})},
	}...)
}

func healthStories() []Story {
	at, desk := storyTime("20 Nov 2026, 16:40 UTC", "2026-11-20T16:40:00Z"), storyDesk
	never := Time{Text: "never"}
	health := OperatorHealthPage{OperatorPage: desk("Health", "/operator/health"), Total: "2 of 1204 organizations need attention.", Rows: []HealthRow{
		{"Acme Corp", "/operator/organizations/org-a", "active", "Active", "active", "Active", at, at, []HealthFault{{"error", HealthWords("sign_ins_fail", 5), at}, {"warn", HealthWords("members_held", 9), Time{}}}},
		{"A rather long name of an organization that makes tables wide", "/operator/organizations/org-b", "awaiting", "Awaiting", "", "", never, never, []HealthFault{{"warn", HealthWords("scim_refused", 1204), at}}},
	}}
	calm := OperatorHealthPage{OperatorPage: desk("Health", "/operator/health"), Total: "0 of 1 organization need attention."}
	plans := OperatorPlansPage{OperatorPage: desk("Plans", "/operator/plans"), Rows: []OperatorPlanRow{
		{ID: "pln-a", Plan: PlanRef{"Free", 0}, Free: true, Use: "0 organizations, 31 members"},
		{ID: "pln-b", Plan: PlanRef{"Core", 1}, Above: "pln-c", Use: "2 organizations, 12 members"},
		{ID: "pln-c", Plan: PlanRef{"Classic", 2}, Retired: true, Above: "pln-d", Below: "pln-b", Use: "1 organization, 1 member"},
		{ID: "pln-d", Plan: PlanRef{"Ultimate", 3}, Below: "pln-c", Use: "2 organizations, 120 members"},
	}}
	refused := plans
	refused.Rows = append([]OperatorPlanRow(nil), plans.Rows...)
	refused.Rows[1].Typed, refused.Rows[1].Fault = "ultimate", "There is a plan “Ultimate” already."
	refused.Typed, refused.Errors = "A, B", FieldErrors{"name": "Give the plan a name of at most 60 characters, without commas and quotation marks."}
	raced := plans
	raced.Rows = append([]OperatorPlanRow(nil), plans.Rows...)
	raced.Rows[1].Typed, raced.Rows[1].Seen.Conflict = "Kern", storyConflict(ConflictField{"Name", "Basic", "Kern"})
	staff := OperatorStaffPage{OperatorPage: desk("Staff", "/operator/staff"), Rows: []OperatorStaffRow{
		{"opr-a", "ops@saas.example", "active", "Active", at, true, false}, {"opr-b", "a.long.name.of.somebody@operations.saas.example", "awaiting", "No second factor yet", never, false, false},
		{"opr-c", "gone@saas.example", "off", "Switched off", at, false, true},
	}}
	taken := staff
	taken.Typed, taken.Errors = "ops@saas.example", FieldErrors{"email": "There is an operator with the address ops@saas.example already."}
	audit := OperatorAuditPage{OperatorPage: desk("Audit", "/operator/audit"), Operators: []Option{{"", "Anybody"}, {"opr-a", "ops@saas.example"}}, Rows: storyHistory()}
	ofOrg := audit
	ofOrg.OrgID, ofOrg.OrgName = "org-a", "Acme Corp"
	nothing := audit
	nothing.Rows = nil
	return append(priceStories(), []Story{
		{"operator/health/some", OperatorHealth(health)}, {"operator/health/calm", OperatorHealth(calm)},
		{"operator/plans/list", OperatorPlans(plans)}, {"operator/plans/refused", OperatorPlans(refused)}, {"operator/plans/conflict", OperatorPlans(raced)},
		{"operator/staff/list", OperatorStaff(staff)}, {"operator/staff/taken", OperatorStaff(taken)},
		{"operator/audit/all", OperatorAudit(audit)}, {"operator/audit/organization", OperatorAudit(ofOrg)}, {"operator/audit/none", OperatorAudit(nothing)},
	}...)
}

func priceStories() []Story {
	list := OperatorPricesPage{
		OperatorPage: storyDesk("Prices", "/operator/prices"), Form: OperatorPriceForm{Currency: "USD", Period: "month"},
		Rows: []OperatorPriceRow{
			{Product: "Single Sign-On", Price: "99.00 USD per month", Example: true}, {Product: "Both", Price: "149.00 EUR per month"},
			{Product: "Both", Plan: "Ultimate", Price: "1,490.00 EUR per year"}, {Product: "More seats", Price: "2.00 USD per month", Example: true},
		},
		Products: []Option{{"sso", "Single Sign-On"}, {"scim", "Directory Sync"}, {"both", "Both"}, {"seats", "More seats"}},
		Plans:    []Option{{"", "Any"}, {"Core", "Core"}, {"Ultimate", "Ultimate"}}, Periods: []Option{{"month", "per month"}, {"year", "per year"}, {"once", "once"}},
	}
	nothing, refused, crossed := list, list, list
	nothing.Rows = nil
	refused.Form = OperatorPriceForm{Product: "sso", Amount: "ninety", Currency: "EURO", Period: "month", Errors: FieldErrors{"amount": "Write the amount like 99 or 99.50, without a sign for the currency."}}
	crossed.Form = OperatorPriceForm{Product: "both", Amount: "159", Currency: "EUR", Period: "month", Conflict: &Conflict{
		By: "Another operator", When: "meanwhile", Fields: []ConflictField{{"Both", "149.00 EUR per month", "159.00 EUR per month"}},
	}}
	return []Story{
		{"operator/prices/list", OperatorPrices(list)}, {"operator/prices/none", OperatorPrices(nothing)},
		{"operator/prices/refused", OperatorPrices(refused)}, {"operator/prices/crossed", OperatorPrices(crossed)},
	}
}
