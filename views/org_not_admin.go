package views

// OrgNotAdminPage tells a member who the administrators are (SPEC O6).
type OrgNotAdminPage struct {
	Page
	Admins []Person
}
