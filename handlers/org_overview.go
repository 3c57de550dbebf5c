package handlers

import "net/http"

func (s *Server) organizationRoutes(p page) {}

func (s *Server) notAdmin(c Ctx) error { return c.NoContent(http.StatusForbidden) }
