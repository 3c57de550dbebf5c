package views

func policyStories() []Story {
	made := storyTime("20 Nov 2026, 09:12 UTC", "2026-11-20T09:12:00Z")
	fresh := OrgPolicyPage{
		Page: storyPage("Sign-in policy", "/organization/sso/policy"), Domains: []string{"acme.com", "acme.co.uk"}, People: 412, Passwords: 37, Sessions: 118,
		Hours: "24", Idle: "12", LogDays: "30", Before: []Check{
			{Kind: "ok", Label: "Single Sign-On is active"},
			{Kind: "wait", Label: "Recovery codes are made", Detail: "Without them, nobody could get in if your provider fails.", FixPath: "#codes", FixLabel: "Make them below"},
			{Kind: "wait", Label: "One of them is proved by use", Detail: "That shows that the list is at hand.", FixPath: "#codes", FixLabel: "Prove one below"},
			{Kind: "wait", Label: "You are signed in through single sign-on now", Detail: "Sign in through SSO once yourself before you require it for everyone.", FixPath: "/login/sso?email=jo%40acme.com", FixLabel: "Sign in through SSO"},
		},
	}
	prove := fresh
	prove.Codes = RecoveryState{Made: made, Maker: "Jo Miller", Left: 10}
	prove.Errors = FieldErrors{"code": "This is none of the unused codes. Type one of the newest ten."}
	prove.LogDays, prove.Errors["log_days"] = "3", "Choose from 7 to 365 days."
	on := fresh
	on.Require, on.Before = true, nil
	on.Codes = RecoveryState{Made: made, Maker: "Jo Miller", Left: 8, Proved: true, Uses: []Fact{{Label: "Used", Value: "20 Nov 2026, 09:14 UTC, by Jo Miller"}, {Label: "Used", Value: "21 Nov 2026, 14:02 UTC, by Ines Braun"}},
		Closed: "You are signed in through single sign-on, which makes no recovery codes: whoever controls your provider could keep a way in. Use one of the codes at `/login/recovery` to make new ones."}
	crossed := on
	crossed.Hours, crossed.SeenLengths = "36", Seen{[]Link{{"was_session_hours", "48"}}, storyConflict(ConflictField{"At most (hours)", "48", "36"}, ConflictField{"Unused for (hours)", "12", "6"})}
	crossed.SeenLogs.Conflict = storyConflict(ConflictField{"Keep for (days)", "60", "90"})
	codes := OrgRecoveryCodesPage{Page: storyPage("Recovery codes", "/organization/sso/policy"), Address: "https://rollcall.example/login/recovery", Made: made}
	for range 10 {
		codes.Codes = append(codes.Codes, "k3m5q-7s2u4-w6y2a-7c3e5-gxjqm2")
	}
	return []Story{
		{"org/policy/fresh", OrgPolicy(fresh)},
		{"org/policy/to-prove", OrgPolicy(prove)},
		{"org/policy/required", OrgPolicy(on)},
		{"org/policy/conflict", OrgPolicy(crossed)},
		{"org/policy/codes", OrgRecoveryCodes(codes)},
		{"login/sso-required", Error(ErrorPage{Page: storyOutside("Sign in with single sign-on", "/login"), Status: 403, Heading: "Your organization uses single sign-on", Text: "Passwords and e-mailed links are switched off for your address. Continue with Acme Corp.", Actions: []Link{{"Continue with Acme Corp", "/saml/con-a1/start"}}})},
	}
}

// checkStories are the page that says why somebody cannot sign in.
func checkStories() []Story {
	check := OrgCheckPage{Page: storyPage("Why can’t this person sign in?", "/organization/sso/check"), Query: "ines@acme.com", Who: "ines@acme.com", Member: "/organization/members/mem-a1",
		Fault: "On hold: Country missing.", Fix: "The member’s page says what ends each hold.", Checks: []Check{
			{Kind: "ok", Label: "Domain", Detail: "acme.com is one of your domains and is verified."}, {Kind: "ok", Label: "Connection", Detail: "Single Sign-On is active."},
			{Kind: "warn", Label: "Certificate", Detail: "Your provider’s signing certificate ends on 12 Dec 2026."}, {Kind: "ok", Label: "Sign-in policy", Detail: "Single sign-on is required: a password or an e-mailed link is refused."},
			{Kind: "bad", Label: "Member", Detail: "On hold: Country missing.", FixPath: "/organization/members/mem-a1", FixLabel: "Open the member"},
			{Kind: "bad", Label: "Last attempt", Detail: "The member is on hold. Open the member to see each reason.", At: "21 Nov 2026, 14:27 UTC", FixPath: "/organization/sso/signins/sgn-b2", FixLabel: "See what happened"},
			{Kind: "ok", Label: "Directory", Detail: "The last request about this person was carried out.", At: "21 Nov 2026, 14:20 UTC"}}}
	empty, wrong := OrgCheckPage{Page: check.Page}, OrgCheckPage{Page: check.Page, Query: "ines", Errors: FieldErrors{"q": "This is no e-mail address, and no sign-in in the log has this code. A code has 8 letters and digits."}}
	clear := check
	clear.Fault, clear.Fix, clear.Checks = "", "", clear.Checks[:4]
	return []Story{
		{"org/check/fault", OrgCheck(check)}, {"org/check/clear", OrgCheck(clear)}, {"org/check/empty", OrgCheck(empty)}, {"org/check/error", OrgCheck(wrong)},
	}
}
