package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"rollcall/models"
)

type groupListCmd struct {
	Org string `required:"" help:"Id or slug of the organization."`
}

// groupView is one group in the JSON list. A group's id is its SCIM id, once there is a directory.
type groupView struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Source  string   `json:"source"`
	Members []string `json:"members"`
	SCIMID  *string  `json:"scim_id"`
}

func (g *groupListCmd) Run(a *app) error {
	list := []groupView{}
	err := a.view(func(_ *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, g.Org)
		if err != nil {
			return err
		}
		list, err = viewGroups(in)
		return err
	})
	if err != nil {
		return err
	}
	return a.print(list, groupTable(list))
}

func viewGroups(tx *models.Tx) ([]groupView, error) {
	groups, err := models.ListGroups(tx)
	if err != nil {
		return nil, err
	}
	members, err := models.GroupMemberIDs(tx)
	if err != nil {
		return nil, err
	}
	_, err = models.OrganizationDirectory(tx)
	directory := err == nil
	if err != nil && models.CodeOf(err) != models.NotFound {
		return nil, err
	}
	list := make([]groupView, 0, len(groups))
	for _, g := range groups {
		v := groupView{ID: g.ID, Name: g.Name, Source: g.Source, Members: append([]string{}, members[g.ID]...)}
		if directory {
			v.SCIMID = &g.ID
		}
		list = append(list, v)
	}
	return list, nil
}

func groupTable(list []groupView) string {
	if len(list) == 0 {
		return "There are no groups yet."
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tMEMBERS\tSOURCE\tID")
	for _, g := range list {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", g.Name, len(g.Members), g.Source, g.ID)
	}
	w.Flush()
	return b.String()
}
