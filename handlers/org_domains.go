package handlers

import (
	"context"
	"net"
	"slices"
	"time"

	"rollcall/models"
	"rollcall/views"
)

// dnsPatience is how long a look at the DNS may take.
const dnsPatience = 5 * time.Second

// POST /organization/sso/domains/<id>/verify looks at the DNS now.
func (s *Server) orgDomainVerify(c Ctx) error {
	var d *models.Domain
	err := s.view(c, func(tx *models.Tx) (err error) {
		d, err = models.FindDomain(tx, c.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	records := s.txtRecords(c, d.TXTHost())
	var proof *models.DomainProof
	err = s.update(c, func(tx *models.Tx) (err error) {
		proof, err = models.CheckDomain(tx, d.ID, records)
		return err
	})
	if faults, ok := fieldErrors(err); ok {
		s.flash(c, views.Notice{Kind: "bad", Title: d.Name + " is not verified.", Text: faults["domains"]})
		return redirect(c, "/organization/sso#domain-list")
	}
	if err != nil {
		return err
	}
	s.flash(c, proofNotice(proof))
	return redirect(c, "/organization/sso#domain-list")
}

// txtRecords asks the DNS. No answer and no record are the same to the admin: there is nothing there yet.
func (s *Server) txtRecords(c Ctx, host string) []string {
	ctx, stop := context.WithTimeout(c.Request().Context(), dnsPatience)
	defer stop()
	lookup := s.LookupTXT
	if lookup == nil {
		lookup = net.DefaultResolver.LookupTXT
	}
	records, _ := lookup(ctx, host)
	return records
}

func proofNotice(p *models.DomainProof) views.Notice {
	d := p.Domain
	switch {
	case p.Proved:
		return views.Notice{Kind: "ok", Text: d.Name + " is verified."}
	case p.Got != "":
		return views.Notice{Kind: "warn", Title: d.Name + " is not verified yet.", Text: "There is a TXT record, but it says “" + p.Got + "”. It must say “" + d.TXTValue() + "”."}
	}
	return views.Notice{Kind: "warn", Title: d.Name + " is not verified yet.", Text: "We found no TXT record at " + d.TXTHost() + ". DNS changes can take up to an hour; we look again every few minutes."}
}

// POST /organization/sso/domains/<id>/remove takes a domain away.
func (s *Server) orgDomainRemove(c Ctx) error {
	name := ""
	err := s.update(c, func(tx *models.Tx) error {
		d, err := models.FindDomain(tx, c.Param("id"))
		if err != nil {
			return err
		}
		name = d.Name
		return models.RemoveDomain(tx, d.ID)
	})
	if err != nil {
		return err
	}
	s.flash(c, views.Notice{Kind: "ok", Text: name + " is removed. Its people stay members, and sign in with a password or an e-mailed link."})
	return redirect(c, "/organization/sso#domain-list")
}

// domainsPerPage is few: one that is not verified yet shows its DNS record.
const domainsPerPage = 10

// domainPages moves through the domains on the page with that path; nothing when they fit.
func domainPages(c Ctx, path string, total int) views.Pager {
	if total <= domainsPerPage {
		return views.Pager{}
	}
	return pagesOf(c, path, int64(total), domainsPerPage)
}

// domainRows are one page of the domains, those that wait for something first.
func domainRows(c Ctx, domains []models.Domain) []views.Domain {
	domains = slices.Clone(domains)
	slices.SortStableFunc(domains, func(a, b models.Domain) int { return done(a) - done(b) })
	var out []views.Domain
	for _, x := range onPage(c, domains, domainsPerPage) {
		row := views.Domain{ID: x.ID, Name: x.Name, State: x.State}
		if x.State != models.DomainVerified {
			row.TXTHost, row.TXTValue = x.TXTHost(), x.TXTValue()
		}
		switch {
		case x.State == models.DomainLost:
			row.Detail, row.Checked = "The TXT record is gone. Single Sign-On goes on, but put the record back so that nobody else can claim the domain.", instant(x.CheckedAt)
		case x.State != models.DomainVerified && x.CheckedAt != nil:
			row.Detail, row.Checked = "We found no right TXT record yet. DNS changes can take up to an hour; we look again every few minutes.", instant(x.CheckedAt)
		}
		out = append(out, row)
	}
	return out
}

func done(d models.Domain) int {
	if d.State == models.DomainVerified {
		return 1
	}
	return 0
}
