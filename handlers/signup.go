package handlers

import (
	"net/http"

	"rollcall/models"
	"rollcall/views"
)

func (s *Server) signUpRoutes(p page) {
	p.Get("/signup", s.signUp)
	p.Post("/signup", s.signUpPerson)
	p.Get("/signup/organization", s.signUpOrganization)
	p.Post("/signup/organization", s.signUpOrganizationNow)
}

// GET /signup is the personal sign-up.
func (s *Server) signUp(c Ctx) error {
	p := views.SignUpPage{Page: s.page(c, "Create your account"), Email: field(c, "email"), Next: next(c)}
	return render(c, http.StatusOK, views.SignUp(p))
}

// POST /signup makes a personal account, which can be used once the e-mail is proved. A taken address gets the same
// answer, and its owner a mail (SPEC S2).
func (s *Server) signUpPerson(c Ctx) error {
	err := s.signUpNow(c, "")
	if faults, ok := fieldErrors(err); ok {
		p := views.SignUpPage{Page: s.page(c, "Create your account"), Name: field(c, "name"), Email: field(c, "email"), Next: next(c), Errors: faults}
		return render(c, http.StatusUnprocessableEntity, views.SignUp(p))
	}
	if err != nil {
		return err
	}
	return s.checkMail(c)
}

func (s *Server) checkMail(c Ctx) error {
	p := views.CheckMailPage{Page: s.page(c, "Check your mail"), Email: field(c, "email"), What: "confirm your e-mail and finish signing up"}
	return render(c, http.StatusOK, views.CheckMail(p))
}

// signUpNow makes the account and, with a name, the organization. Every fault of the form is found before anything is
// looked up, so that a taken address answers like a free one.
func (s *Server) signUpNow(c Ctx, organization string) error {
	email, _, err := models.ParseEmail(field(c, "email"))
	if err != nil {
		return err
	}
	if err := s.limited(c, "signup", email); err != nil {
		return err
	}
	if err := s.refusePasswords(c, email); err != nil {
		return err
	}
	hash, err := s.hashPassword(c.FormValue("password"), email)
	if err != nil {
		return err
	}
	in := models.SignUp{Organization: organization, Name: field(c, "name"), Email: email, PasswordHash: hash}
	return s.update(c, func(tx *models.Tx) error { return models.CreateSignUp(tx, in) })
}

// GET /signup/organization is the sign-up of an organization (SPEC O6).
func (s *Server) signUpOrganization(c Ctx) error {
	return s.drawSignUpOrganization(c, http.StatusOK, nil)
}

func (s *Server) drawSignUpOrganization(c Ctx, status int, faults views.FieldErrors) error {
	v := viewerOf(c)
	if v != nil && v.Bound() {
		return &models.Error{Code: models.Forbidden, Message: "You are signed in with your company account or a recovery code. Sign in with a password or an e-mailed link to add an organization."}
	}
	p := views.SignUpOrganizationPage{
		Page: s.page(c, "Sign up your organization"), Organization: field(c, "organization"), Name: field(c, "name"), Email: field(c, "email"),
		SignedIn: v != nil, Errors: faults,
	}
	return render(c, status, views.SignUpOrganization(p))
}

// POST /signup/organization makes the organization. Whoever is signed in becomes its administrator at once.
func (s *Server) signUpOrganizationNow(c Ctx) error {
	name := field(c, "organization")
	err := models.CheckOrganizationName(name)
	v := viewerOf(c)
	switch {
	case err != nil:
	case v == nil:
		err = s.signUpNow(c, name)
	case v.Bound():
		return s.drawSignUpOrganization(c, http.StatusForbidden, nil)
	default:
		return s.addOrganization(c, v, name)
	}
	if faults, ok := fieldErrors(err); ok {
		return s.drawSignUpOrganization(c, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return s.checkMail(c)
}

// addOrganization makes another organization for an account and switches to it.
func (s *Server) addOrganization(c Ctx, v *viewer, name string) error {
	if err := s.limited(c, "signup", v.Account.Email); err != nil {
		return err
	}
	row := *v.Session
	err := s.update(c, func(tx *models.Tx) error {
		o, err := models.FoundOrganization(tx, v.Account, name)
		if err != nil {
			return err
		}
		row.OrganizationID, row.Data = o.ID, "{}"
		return models.SaveSessionData(tx, &row)
	})
	if err != nil {
		return err
	}
	return redirect(c, "/organization/sso")
}
