package handlers

func (s *Server) signUpRoutes(p page) {}
