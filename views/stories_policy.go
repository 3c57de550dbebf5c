package views

func policyStories() []Story {
	made := storyTime("20 Nov 2026, 09:12 UTC", "2026-11-20T09:12:00Z")
	fresh := OrgPolicyPage{
		Page: storyPage("Sign-in policy", "/organization/sso/policy"), Domains: []string{"acme.com", "acme.co.uk"}, People: 412, Passwords: 37, Sessions: 118,
		Hours: "24", Idle: "12", Before: []Check{
			{Kind: "ok", Label: "Single Sign-On is active"},
			{Kind: "wait", Label: "Recovery codes are made", Detail: "Without them, nobody could get in if your provider fails.", FixPath: "#codes", FixLabel: "Make them below"},
			{Kind: "wait", Label: "One of them is proved by use", Detail: "That shows that the list is at hand.", FixPath: "#codes", FixLabel: "Prove one below"},
			{Kind: "wait", Label: "You are signed in through single sign-on now", Detail: "Sign in through SSO once yourself before you require it for everyone.", FixPath: "/login/sso?email=jo%40acme.com", FixLabel: "Sign in through SSO"},
		},
	}
	prove := fresh
	prove.Codes = RecoveryState{Made: made, Maker: "Jo Miller", Left: 10}
	prove.Errors = FieldErrors{"code": "This is none of the unused codes. Type one of the newest ten."}
	on := fresh
	on.Require, on.Before = true, nil
	on.Codes = RecoveryState{Made: made, Maker: "Jo Miller", Left: 8, Proved: true, Uses: []Fact{{Label: "Used", Value: "20 Nov 2026, 09:14 UTC, by Jo Miller"}, {Label: "Used", Value: "21 Nov 2026, 14:02 UTC, by Ines Braun"}},
		Closed: "You are signed in through single sign-on, which makes no recovery codes: whoever controls your provider could keep a way in. Use one of the codes at `/login/recovery` to make new ones."}
	codes := OrgRecoveryCodesPage{Page: storyPage("Recovery codes", "/organization/sso/policy"), Address: "https://rollcall.example/login/recovery", Made: made}
	for range 10 {
		codes.Codes = append(codes.Codes, "k3m5q-7s2u4-w6y2a-7c3e5-gxjqm2")
	}
	return []Story{
		{"org/policy/fresh", OrgPolicy(fresh)},
		{"org/policy/to-prove", OrgPolicy(prove)},
		{"org/policy/required", OrgPolicy(on)},
		{"org/policy/codes", OrgRecoveryCodes(codes)},
		{"login/sso-required", Error(ErrorPage{Page: storyOutside("Sign in with single sign-on", "/login"), Status: 403, Heading: "Your organization uses single sign-on", Text: "Passwords and e-mailed links are switched off for your address. Continue with Acme Corp.", Actions: []Link{{"Continue with Acme Corp", "/saml/con-a1/start"}}})},
	}
}
