package static

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
)

func get(method, target, encoding string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestPathIsHashed(t *testing.T) {
	if got := Path("app.css"); !regexp.MustCompile(`^/static/app\.[0-9a-f]{12}\.css$`).MatchString(got) {
		t.Errorf("Path = %q", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown name must panic")
		}
	}()
	Path("nothing.css")
}

func TestHandler(t *testing.T) {
	for _, c := range []struct {
		name, method, target, encoding string
		status                         int
		packed, body                   bool
	}{
		{"plain", "GET", Path("app.js"), "", 200, false, true},
		{"gzip", "GET", Path("app.css"), "br, gzip", 200, true, true},
		{"gzip refused", "GET", Path("app.css"), "gzip;q=0", 200, false, true},
		{"head", "HEAD", Path("icon.svg"), "", 200, false, false},
		{"old hash", "GET", "/static/app.000000000000.css", "", 404, false, true},
		{"unhashed", "GET", "/static/app.css", "", 404, false, true},
		{"outside", "GET", "/static/../embed.go", "", 404, false, true},
		{"post", "POST", Path("app.css"), "", 405, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := get(c.method, c.target, c.encoding)
			if res.StatusCode != c.status {
				t.Fatalf("status %d, want %d", res.StatusCode, c.status)
			}
			if packed := res.Header.Get("Content-Encoding") == "gzip"; packed != c.packed {
				t.Errorf("gzip %v, want %v", packed, c.packed)
			}
			b, _ := io.ReadAll(res.Body)
			if (len(b) > 0) != c.body {
				t.Errorf("%d bytes of body", len(b))
			}
		})
	}
}

func TestPackedIsTheSame(t *testing.T) {
	res := get("GET", Path("app.css"), "gzip")
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil || string(b) != string(byName["app.css"].raw) {
		t.Errorf("unpacked %d bytes, err %v", len(b), err)
	}
}

// The budgets of the interface: 30 KB of style, 6 KB of script.
func TestBudgets(t *testing.T) {
	for name, limit := range map[string]int{"app.css": 30 << 10, "app.js": 6 << 10} {
		if n := len(byName[name].raw); n > limit {
			t.Errorf("%s is %d bytes, the limit is %d", name, n, limit)
		}
	}
}
