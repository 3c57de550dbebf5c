package worker

import (
	"context"
	"encoding/json"
	"errors"

	"rollcall/cmd/internal/mailer"
	"rollcall/models"
)

// Mail is what every mail says about who sends it.
type Mail struct {
	BaseURL string // links in rows are paths below it
	Product string
	Support string // address for questions, or ""
}

func (m Mail) message(ctx context.Context, row *models.Outbox, name, link string) (mailer.Message, error) {
	var payload models.Mail
	if err := json.Unmarshal([]byte(row.Payload), &payload); err != nil {
		return mailer.Message{}, errRow("the row's payload is damaged")
	}
	return mailer.Message{}, errors.New("no template yet")
}
