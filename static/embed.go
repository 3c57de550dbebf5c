// Package static embeds the style sheet, the script and the icon, and serves
// each under an address that changes with its content.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed app.css app.js icon.svg
var files embed.FS

// Prefix is the path under which Handler must be mounted.
const Prefix = "/static/"

type asset struct {
	name, address, kind string
	raw, packed         []byte
}

// byName and byAddress are filled before main and never written again.
var byName, byAddress = load(map[string]string{
	"app.css":  "text/css; charset=utf-8",
	"app.js":   "text/javascript; charset=utf-8",
	"icon.svg": "image/svg+xml",
})

func load(kinds map[string]string) (map[string]asset, map[string]asset) {
	names, addresses := map[string]asset{}, map[string]asset{}
	for name, kind := range kinds {
		raw, err := files.ReadFile(name)
		if err != nil {
			panic(err) // an asset missing from the binary is a build fault
		}
		sum := sha256.Sum256(raw)
		ext := path.Ext(name)
		a := asset{
			name: name, kind: kind, raw: raw, packed: pack(raw),
			address: Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext,
		}
		names[name], addresses[a.address] = a, a
	}
	return names, addresses
}

func pack(raw []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a valid constant
	_, _ = w.Write(raw)                                   // a bytes.Buffer does not fail
	_ = w.Close()
	return b.Bytes()
}

// Path is the hashed address of an asset, such as Path("app.css").
// It panics on a name that is not embedded: that is a typing error in a template.
func Path(name string) string {
	a, ok := byName[name]
	if !ok {
		panic("static: no asset " + name)
	}
	return a.address
}

// Handler answers GET and HEAD below Prefix. A hashed address may be cached for
// a year; anything else, also an old hash, is 404.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
			return
		}
		a, ok := byAddress[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		body := a.raw
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			body = a.packed
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}

// acceptsGzip reads the header by its tokens, so that "gzip;q=0" is a no.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q = strings.TrimSpace(q)
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
