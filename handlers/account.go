package handlers

func (s *Server) accountRoutes(p page) {}
