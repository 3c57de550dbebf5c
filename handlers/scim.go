package handlers

import "github.com/labstack/echo/v4"

// scimDoor is what the SCIM door keeps between requests.
type scimDoor struct{}

func (s *Server) scimRoutes(e *echo.Echo) {}
