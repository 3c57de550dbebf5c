package worker

import (
	"context"
	"encoding/json"
	"fmt"

	"rollcall/cmd/internal/mailer"
	"rollcall/models"
	"rollcall/views"
)

// Mail is what every mail says about who sends it.
type Mail struct {
	BaseURL string // links in rows are paths below it
	Product string
	Support string // address for questions, or ""
}

// mail writes and sends the mail of a row. Its link is opened only here, and goes nowhere but into the mail.
func (w *Worker) mail(ctx context.Context, row *models.Outbox, name string) error {
	var link string
	err := w.DB.View(ctx, w.actor(), func(tx *models.Tx) (err error) {
		link, err = tx.OpenSecret(row)
		return err
	})
	if err != nil {
		return errRow("the link cannot be opened: it was sealed with a key that is not in ROLLCALL_SECRET_KEY")
	}
	m, err := w.Mail.message(row, name, link)
	if err != nil {
		return err
	}
	return w.Send(ctx, m)
}

func (m Mail) message(row *models.Outbox, name, link string) (mailer.Message, error) {
	var payload models.Mail
	if err := json.Unmarshal([]byte(row.Payload), &payload); err != nil {
		return mailer.Message{}, errRow("the row's payload is damaged")
	}
	facts := views.MailFacts{Product: m.Product, Support: m.Support, Values: payload.Values}
	if link != "" {
		facts.Link = m.BaseURL + link
	}
	mail, known := views.WriteMail(name, facts)
	if !known {
		return mailer.Message{}, errRow(fmt.Sprintf("there is no mail called %q", name))
	}
	html, err := mail.HTML()
	if err != nil {
		return mailer.Message{}, errRow("the mail cannot be written")
	}
	// The time keeps ids apart that a database made anew counts from 1 again.
	id := fmt.Sprintf("%s-%06d", row.CreatedAt.UTC().Format("20060102T150405"), row.ID)
	return mailer.Message{
		ID: id, Name: name, To: payload.To, Subject: mail.Subject, Text: mail.Text(), HTML: html, Date: row.CreatedAt.UTC(),
	}, nil
}
