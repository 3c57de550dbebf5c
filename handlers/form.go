package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

const (
	maxField      = 4096    // characters of a one-line field
	multipartRAM  = 1 << 20 // bytes of an upload kept in memory
	multipartForm = "multipart/form-data"
)

// parseForm reads a form of either encoding; what it cannot read is a 400.
func parseForm(c Ctx) error {
	r := c.Request()
	var err error
	if strings.HasPrefix(r.Header.Get(echo.HeaderContentType), multipartForm) {
		err = r.ParseMultipartForm(multipartRAM)
	} else {
		err = r.ParseForm()
	}
	var size *http.MaxBytesError
	if errors.As(err, &size) {
		return errTooLarge
	}
	if err != nil {
		return echo.NewHTTPError(http.StatusBadRequest, "This form could not be read. Open the page again and send it once more.")
	}
	return nil
}

// field is a one-line value: trimmed, without control characters, cut at a length no honest value reaches.
func field(c Ctx, name string) string {
	s := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, c.FormValue(name))
	s = strings.TrimSpace(strings.ToValidUTF8(s, ""))
	if len(s) > maxField {
		s = strings.ToValidUTF8(s[:maxField], "")
	}
	return s
}

// ticked tells whether a check box or switch is on.
func ticked(c Ctx, name string) bool { return c.FormValue(name) != "" }
