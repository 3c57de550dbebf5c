package handlers

import (
	"os"
	"testing"

	"rollcall/models/modelstest"
)

// On PostgreSQL too: what identity providers and people who sign in do at the same time, the walls between organizations,
// the mails that lead on, the policy of sign-in, and why somebody cannot sign in.
func TestMain(m *testing.M) {
	os.Exit(modelstest.Main(m, "SCIM|SSO|SignUp|SignIn|Isolation|Deactivate|Recovery|Check|Policy|SessionLifetime|KeyRollOver"))
}
