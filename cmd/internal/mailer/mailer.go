// Package mailer sends mails: by SMTP, or into .eml files for development and tests.
package mailer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// Message is one mail to one person, in plain text and HTML.
type Message struct {
	ID         string // left part of the Message-ID: the same for every try, so that a repeat is recognisable
	Name       string // what it is, such as invite: part of the file's name
	To         string // a plain address
	Subject    string
	Text, HTML string
	Date       time.Time
}

// Send delivers one message. Permanent tells whether its error is worth another try. No error carries the text of the
// message: links in it are secrets.
type Send func(ctx context.Context, m Message) error

// sendTimeout bounds one conversation with the mail server.
const sendTimeout = 30 * time.Second

// New makes a Send from ROLLCALL_MAIL_URL (smtp://user:password@host:port, smtps://…, file:DIR) and ROLLCALL_MAIL_FROM.
func New(mailURL, from string) (Send, error) {
	if dir, found := strings.CutPrefix(mailURL, "file:"); found {
		return toFiles(dir, from), nil
	}
	u, err := url.Parse(mailURL)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("a mail URL is smtp://user:password@host:port, smtps://… or file:DIR")
	}
	options, err := smtpOptions(u)
	if err != nil {
		return nil, err
	}
	client, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return func(ctx context.Context, m Message) error {
		msg, err := build(m, from)
		if err != nil {
			return err
		}
		return client.DialAndSendWithContext(ctx, msg)
	}, nil
}

// smtpOptions: a password is sent over TLS only, save to this machine; without one TLS is used where it is offered.
func smtpOptions(u *url.URL) ([]mail.Option, error) {
	options := []mail.Option{mail.WithTimeout(sendTimeout), mail.WithTLSPolicy(mail.TLSOpportunistic)}
	if u.Scheme == "smtps" {
		options = append(options, mail.WithSSL(), mail.WithPort(465))
	}
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, errors.New("the port of the mail URL is not a number")
		}
		options = append(options, mail.WithPort(port))
	}
	if u.User == nil {
		return options, nil
	}
	password, _ := u.User.Password()
	options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "smtp" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	return options, nil
}

// toFiles writes each message as one file. A repeat writes the same file again.
func toFiles(dir, from string) Send {
	return func(_ context.Context, m Message) error {
		msg, err := build(m, from)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		part, err := os.CreateTemp(dir, ".part-*") // mode 0600: links are secrets
		if err != nil {
			return err
		}
		defer os.Remove(part.Name())
		_, err = msg.WriteTo(part)
		if err := errors.Join(err, part.Close()); err != nil {
			return err
		}
		return os.Rename(part.Name(), filepath.Join(dir, m.ID+"-"+m.Name+".eml"))
	}
}

// errMessage is a message that no server would take.
var errMessage = errors.New("the message cannot be made")

func build(m Message, from string) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(from), msg.To(m.To)); err != nil {
		return nil, errMessage // the cause names the person
	}
	sender, err := msg.GetSender(false)
	if err != nil {
		return nil, errMessage
	}
	host := strings.TrimSuffix(sender[strings.LastIndexByte(sender, '@')+1:], ">")
	msg.SetMessageIDWithValue(m.ID + "@" + host)
	msg.SetDateWithValue(m.Date)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.Subject(m.Subject)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	return msg, nil
}

// Permanent tells whether trying again is useless: the server refused the address or the message for good.
func Permanent(err error) bool {
	var se *mail.SendError
	if errors.As(err, &se) {
		return !se.IsTemp() && se.ErrorCode() >= 500
	}
	return errors.Is(err, errMessage)
}

// Describe is the failure in words that name no person and no content, for operators.
func Describe(err error) string {
	var se *mail.SendError
	switch {
	case errors.As(err, &se) && se.ErrorCode() > 0:
		return fmt.Sprintf("the mail server answered %d", se.ErrorCode())
	case errors.Is(err, errMessage):
		return "the address cannot be written to"
	case errors.Is(err, context.DeadlineExceeded):
		return "the mail server did not answer in time"
	case errors.As(err, &se):
		return "the mail server refused the message"
	}
	return "the mail server could not be reached"
}
