package handlers

import (
	"net/http"

	"rollcall/views"
)

func (s *Server) publicRoutes(p page) {
	p.Get("/", s.home)
	p.Get("/account/left", s.left)
	p.Get("/help", s.help)
	p.Get("/help/:slug", s.helpGuide)
}

// GET / is the product page; whoever is signed in goes to their account.
func (s *Server) home(c Ctx) error {
	if viewerOf(c) != nil {
		return redirect(c, afterLogin)
	}
	return render(c, http.StatusOK, views.Home(views.HomePage{Page: s.page(c, "Single sign-on and directory sync")}))
}
