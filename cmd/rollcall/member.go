package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"rollcall/models"
)

type memberListCmd struct {
	Org string `required:"" help:"Id or slug of the organization."`
}

type memberEraseCmd struct {
	Org    string `required:"" help:"Id or slug of the organization."`
	Member string `arg:"" help:"Id of a member who has left the organization."`
}

func (m *memberEraseCmd) Run(a *app) error {
	err := a.update(func(_ *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, m.Org)
		if err != nil {
			return err
		}
		return models.EraseMember(in, m.Member)
	})
	if err != nil {
		return err
	}
	return a.print(struct {
		ID string `json:"id"`
	}{m.Member}, "Erased "+m.Member+".")
}

// memberView is one member in the JSON list. Absent values are null.
type memberView struct {
	ID           string   `json:"id"`
	Email        *string  `json:"email"`
	FirstName    *string  `json:"first_name"`
	LastName     *string  `json:"last_name"`
	Country      *string  `json:"country"`
	CurrentCity  *string  `json:"current_city"`
	CurrentState *string  `json:"current_state"`
	BirthYear    *int64   `json:"birth_year"`
	Role         string   `json:"role"`
	Plan         *string  `json:"plan"`
	Status       string   `json:"status"`
	Source       string   `json:"source"`
	HoldReasons  []string `json:"hold_reasons"`
	SCIMID       *string  `json:"scim_id"`
	ExternalID   *string  `json:"external_id"`
}

func (m *memberListCmd) Run(a *app) error {
	list := []memberView{}
	err := a.view(func(_ *Config, tx *models.Tx) error {
		o, in, err := inOrg(tx, m.Org)
		if err != nil {
			return err
		}
		list, err = viewMembers(in, o)
		return err
	})
	if err != nil {
		return err
	}
	return a.print(list, memberTable(list))
}

func viewMembers(tx *models.Tx, o *models.Organization) ([]memberView, error) {
	plans, err := models.OrganizationPlans(tx, o)
	if err != nil {
		return nil, err
	}
	members, err := models.ListMembers(tx, models.MemberQuery{})
	if err != nil {
		return nil, err
	}
	scimIDs, err := models.DirectoryUserRefs(tx)
	if err != nil {
		return nil, err
	}
	list := make([]memberView, 0, len(members))
	for _, m := range members {
		v := memberView{
			ID: m.ID, Email: orNull(m.Email), FirstName: orNull(m.FirstName), LastName: orNull(m.LastName), Country: orNull(m.Country),
			CurrentCity: orNull(m.CurrentCity), CurrentState: orNull(m.CurrentState), Role: m.Role, Plan: orNull(plans.NameOf(m.PlanID)),
			Status: m.Status, Source: m.Source, HoldReasons: append([]string{}, m.Holds()...),
		}
		if m.BirthYear != 0 {
			v.BirthYear = &m.BirthYear
		}
		if u, ok := scimIDs[m.ID]; ok {
			v.SCIMID, v.ExternalID = &u.ID, u.ExternalID
		}
		list = append(list, v)
	}
	return list, nil
}

func memberTable(list []memberView) string {
	if len(list) == 0 {
		return "There are no members yet."
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "EMAIL\tNAME\tROLE\tPLAN\tSTATUS\tSOURCE\tID")
	for _, m := range list {
		status := m.Status
		if len(m.HoldReasons) > 0 {
			status += " (" + strings.Join(m.HoldReasons, ", ") + ")"
		}
		name := strings.TrimSpace(strings.ReplaceAll(text0(m.FirstName)+" "+text0(m.LastName), "–", ""))
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", text0(m.Email), name, m.Role, text0(m.Plan), status, m.Source, m.ID)
	}
	w.Flush()
	return b.String()
}
