package handlers

import "github.com/labstack/echo/v4"

func (s *Server) samlRoutes(e *echo.Echo) {}
