package handlers

func (s *Server) inviteRoutes(p page) {}
