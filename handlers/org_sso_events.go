package handlers

import (
	"fmt"
	"net/http"
	"time"

	"rollcall/models"
)

// A stream of status changes looks each second and ends after ten minutes; the browser then begins a new one.
const (
	eventsEvery = time.Second
	eventsLast  = 10 * time.Minute
)

// GET /organization/sso/events says "look again" when the state of an integration, a link or the directory's last
// request changes. One small query a second and viewer: the row may be changed by any replica or by the command.
func (s *Server) orgSSOEvents(c Ctx) error {
	read := func() (mark string, err error) {
		err = s.view(c, func(tx *models.Tx) (err error) {
			mark, err = models.StatusMark(tx)
			return err
		})
		return mark, err
	}
	return s.events(c, read)
}

// events sends a Server-Sent Event whenever what read answers changes, and ends when the person may no longer look.
func (s *Server) events(c Ctx, read func() (string, error)) error {
	last, err := read()
	if err != nil {
		return err
	}
	w := c.Response()
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	fmt.Fprint(w, "retry: 2000\n\n")
	w.Flush()
	tick, end := time.NewTicker(eventsEvery), time.NewTimer(eventsLast)
	defer tick.Stop()
	defer end.Stop()
	for {
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-end.C:
			return nil
		case <-tick.C:
		}
		if s.Draining != nil && s.Draining() {
			return nil
		}
		mark, err := read()
		if err != nil {
			return nil // the browser asks again, and gets the answer that fits
		}
		if mark != last {
			last = mark
			fmt.Fprint(w, "data: changed\n\n")
			w.Flush()
		}
	}
}
