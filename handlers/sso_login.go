package handlers

func (s *Server) finishRoutes(p page) {}
