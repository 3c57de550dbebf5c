package views

func loginStories() []Story {
	// The refresh of a hop's story leads into the page itself: from elsewhere nobody could look at it.
	hop := HopPage{Page: storyOutside("Taking you to Acme’s sign-in page", "/login"), To: "Acme’s sign-in page", Host: "acme.okta.com", URL: "#main", Escape: Link{"Use a password instead", "/login/password"}}
	post := hop
	post.URL, post.Form = "", &PostForm{Action: "https://idp.acme.example/sso", Fields: []Link{{"SAMLRequest", "PHNhbWxwOkF1dGhuUmVxdWVzdC8+"}, {"RelayState", "h7k2"}}}
	return []Story{
		{"login/email", Login(LoginPage{Page: storyOutside("Sign in", "/login")})},
		{"login/email-error", Login(LoginPage{Page: storyOutside("Sign in", "/login"), Email: "jo@", Errors: FieldErrors{"email": "“jo@” is not an e-mail address. Write it like jo@acme.com."}})},
		{"login/sso", Login(LoginPage{Page: storyOutside("Single sign-on", "/login/sso"), SSO: true, Next: "/organization/sso"})},
		{"login/password", LoginPassword(LoginPasswordPage{Page: storyOutside("Password", "/login/password"), Email: "jo@acme.com"})},
		{"login/password-error", LoginPassword(LoginPasswordPage{Page: storyOutside("Password", "/login/password"), Email: "jo@acme.com", Errors: FieldErrors{"password": "That e-mail and password do not go together. Try again, or ask for a sign-in link."}})},
		{"login/link-sent", LoginLink(LoginLinkPage{Page: storyOutside("Check your mail", "/login/link"), Email: "jo@acme.com"})},
		{"login/link-open", LoginLink(LoginLinkPage{Page: storyOutside("Sign in", "/login/link"), Email: "jo@acme.com", Action: "/login/link/6ttGBraWiNPN0a0q9JxQ2c"})},
		{"login/hop", Hop(hop)},
		{"login/hop-post", Hop(post)},
		{"login/recovery", Recovery(RecoveryPage{Page: storyOutside("Emergency access", "/login/recovery"), Errors: FieldErrors{"code": "This code was used before or does not belong to this e-mail. Take another one."}})},
		{"login/reset", Reset(ResetPage{Page: storyOutside("Set a new password", "/reset")})},
		{"login/reset-sent", Reset(ResetPage{Page: storyOutside("Check your mail", "/reset"), Email: "jo@acme.com", Sent: true})},
		{"login/set-password", SetPassword(SetPasswordPage{Page: storyOutside("Choose a new password", "/reset"), Email: "jo@acme.com", Action: "/reset/6ttGBraWiNPN0a0q9JxQ2c"})},
		{"login/prove", Prove(ProvePage{Page: storyOutside("Confirm your e-mail", "/verify"), Email: "jo@acme.com", Action: "/verify/6ttGBraWiNPN0a0q9JxQ2c"})},
	}
}

func errorStories() []Story {
	stale := storyPage("You switched organization", "/organization/sso")
	return []Story{
		{"error/sso-refused", Error(ErrorPage{Page: storyOutside("We could not sign you in", "/login"), Status: 403, Heading: "We could not sign you in", Text: "Your organization’s sign-in page sent an answer that does not fit.", Ask: &Person{"Jo Miller", "jo@acme.com"}, Code: "K7M2-Q9XT", Actions: []Link{{"Try again", "/login"}}})},
		{"error/not-found", Error(ErrorPage{Page: storyOutside("Not found", "/nothing"), Status: 404, Heading: "This page does not exist", Text: "The address may be mistyped, or what stood here was removed.", Actions: []Link{{"Go to the start", "/"}}})},
		{"error/internal", Error(ErrorPage{Page: storyOutside("Something went wrong", "/organization"), Status: 500, Heading: "Something went wrong", Text: "This is our fault, and nothing was changed. Try again in a minute.", Code: "req-5h8k2m", Actions: []Link{{"Try again", "/organization"}}})},
		{"error/stale-tab", Error(ErrorPage{Page: stale, Status: 409, Heading: "You switched organization", Text: "This form belongs to Birch & Sons, but you are in Acme Corp now. Nothing was changed.", Switch: &OrgRef{ID: "org-b2", Name: "Birch & Sons", Slug: "birch"}, Next: "/organization/sso", Actions: []Link{{"Stay in Acme Corp", "/organization"}}})},
	}
}
