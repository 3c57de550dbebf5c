package handlers

import (
	"net/http"

	"rollcall/models"
)

func (s *Server) organizationRoutes(p page) {
	s.organizationSSORoutes(p)
}

func (s *Server) notAdmin(c Ctx) error { return c.NoContent(http.StatusForbidden) }

var _ = models.Active
