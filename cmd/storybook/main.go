// Command storybook serves every page of the interface with fixture data, under
// the same strict content policy as the program itself and without a database.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"html"
	"log"
	"net/http"
	"time"

	"rollcall/static"
	"rollcall/views"
)

// policy is the content policy of the program: nothing inline, nothing foreign.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func main() {
	listen := flag.String("listen", "127.0.0.1:7100", "address to serve on")
	flag.Parse()
	server := &http.Server{Addr: *listen, Handler: handler(views.Stories()), ReadHeaderTimeout: 5 * time.Second}
	fmt.Printf("http://%s/\n", *listen)
	log.Fatal(server.ListenAndServe())
}

func handler(stories []views.Story) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { index(w, stories) })
	// The page on the way to a provider leaves by itself; an answer without content keeps it on the screen.
	mux.HandleFunc("GET /saml/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	for _, s := range stories {
		mux.HandleFunc("GET /story/"+s.Name, func(w http.ResponseWriter, r *http.Request) { show(w, r, s) })
	}
	return mux
}

func index(w http.ResponseWriter, stories []views.Story) {
	var b bytes.Buffer
	b.WriteString(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Stories</title><link rel="stylesheet" href="` + static.Path("app.css") + `"></head><body><main class="main"><h1>Stories</h1><ul>`)
	for _, s := range stories {
		name := html.EscapeString(s.Name)
		b.WriteString(`<li><a href="/story/` + name + `">` + name + `</a></li>`)
	}
	b.WriteString(`</ul></main></body></html>`)
	write(w, b.Bytes())
}

func show(w http.ResponseWriter, r *http.Request, s views.Story) {
	var b bytes.Buffer
	if err := s.Component.Render(r.Context(), &b); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, b.Bytes())
}

func write(w http.ResponseWriter, page []byte) {
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page)
}
