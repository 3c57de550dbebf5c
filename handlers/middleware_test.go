package handlers

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

// TestLegible: an address or form that is no text is told so at the door; PostgreSQL would fail on it.
func TestLegible(t *testing.T) {
	w := newSCIMWorld(t, false)
	for _, path := range []string{"/Users/usr-a%00", "/Users/%ff", "/Groups/%C0%AF"} {
		w.call(w.a, http.StatusNotFound, "GET", path, "")
		w.call(w.a, http.StatusNotFound, "PATCH", path, `{"Operations":[{"op":"replace","path":"active","value":false}]}`)
	}
	w.call(w.a, http.StatusBadRequest, "GET", "/Users?filter=userName%20eq%20%22%00%22", "")
	for path, want := range map[string]int{
		"/saml/con-%00/start": 404, "/saml/con-%ff/metadata": 404, "/s/%ff": 404, "/login?next=%2F%00": 400, "/saml/con-a/start?next=%2F%ff": 400,
		"/login?next=%2Faccount": 200,
	} {
		if r := send(w.h, "GET", path, ""); r.Code != want {
			t.Errorf("%s: %d, want %d", path, r.Code, want)
		}
	}
	for body, want := range map[string]int{"email=jo%00%40acme.example": 400, "email=%ff": 400, "next=%00": 400, "email=jo%40acme.example": 303} {
		r := send(w.h, "POST", "/login", body, "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
		if r.Code != want {
			t.Errorf("form %s: %d, want %d: %s", body, r.Code, want, text(r))
		}
	}
}

// TestBodyTime: a body that trickles in is given up on, and the client is told.
func TestBodyTime(t *testing.T) {
	e := echo.New()
	read := make(chan error, 1)
	e.POST("/", func(c Ctx) error {
		_, err := io.ReadAll(c.Request().Body)
		read <- err
		return c.NoContent(http.StatusBadRequest)
	}, withBodyTime(20*time.Millisecond))
	answer := dial(t, e, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab")
	if err := <-read; err == nil {
		t.Error("a body that never came was read to its end")
	}
	if !strings.HasPrefix(answer, "HTTP/1.1 400 ") {
		t.Errorf("answered %q", answer)
	}
}

// dial sends raw bytes to h and answers what comes back until the server closes the connection.
func dial(t *testing.T, h http.Handler, raw string) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	con, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer con.Close()
	if _, err := io.WriteString(con, raw); err != nil {
		t.Fatal(err)
	}
	if err := con.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(con)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// TestTooLargeIsHeard: a client that sends all of a body that is too large before it listens still hears the answer.
func TestTooLargeIsHeard(t *testing.T) {
	w := newSCIMWorld(t, false)
	body := strings.Repeat("x", 6<<20)
	answer := dial(t, w.h, "POST /scim/v2/"+w.a.dir+"/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "+w.a.token+
		"\r\nContent-Type: application/scim+json\r\nContent-Length: 6291456\r\n\r\n"+body)
	if !strings.HasPrefix(answer, "HTTP/1.1 413 ") {
		t.Errorf("answered %.80q", answer)
	}
}
