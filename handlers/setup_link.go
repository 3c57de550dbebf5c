package handlers

func (s *Server) setupRoutes(p page) {}
