package handlers

func (s *Server) loginRoutes(p page) {}
