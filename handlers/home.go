package handlers

func (s *Server) publicRoutes(p page) {}
