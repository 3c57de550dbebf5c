package practice

import (
	"html/template"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// letter is one mail that Rollcall wrote into the demo's folder.
type letter struct {
	ID, Subject, To string
	At              time.Time
	Paragraphs      []template.HTML // of the plain text, escaped, with links that can be clicked
}

const maxLetters = 50

// mails shows what Rollcall has mailed, newest first: the demo sends nothing anywhere.
func (i *IdP) mails(w http.ResponseWriter, _ *http.Request) {
	i.render(w, http.StatusOK, "mails", struct {
		view
		Dir     string
		Letters []letter
	}{i.view("Mails", nil), i.options.MailDir, letters(i.options.MailDir)})
}

func letters(dir string) (out []letter) {
	names, _ := filepath.Glob(filepath.Join(dir, "*.eml")) // the pattern is well formed
	slices.Sort(names)
	slices.Reverse(names)
	for _, name := range names[:min(len(names), maxLetters)] {
		if l, err := readLetter(name); err == nil { // a file that is no mail is not ours
			out = append(out, l)
		}
	}
	return out
}

func readLetter(name string) (l letter, err error) {
	f, err := os.Open(name)
	if err != nil {
		return l, err
	}
	defer f.Close()
	m, err := mail.ReadMessage(f)
	if err != nil {
		return l, err
	}
	l.ID = strings.TrimSuffix(filepath.Base(name), ".eml")
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	if to, err := m.Header.AddressList("To"); err == nil && len(to) > 0 {
		l.To = to[0].Address
	}
	if l.At, err = m.Header.Date(); err != nil {
		return l, err
	}
	text, err := plainText(m)
	for part := range strings.SplitSeq(strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), "\n\n") {
		l.Paragraphs = append(l.Paragraphs, clickable(part))
	}
	return l, err
}

// plainText is the first part of the mailer's two: plain text in quoted-printable.
func plainText(m *mail.Message) (string, error) {
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return "", err
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextRawPart()
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(quotedprintable.NewReader(part))
	return string(b), err
}

var webAddress = regexp.MustCompile(`https?://[^\s<>"]+[^\s<>".,)]`)

// clickable escapes text and turns web addresses in it into links.
func clickable(text string) template.HTML {
	var b strings.Builder
	at := 0
	for _, span := range webAddress.FindAllStringIndex(text, -1) {
		address := template.HTMLEscapeString(text[span[0]:span[1]])
		b.WriteString(template.HTMLEscapeString(text[at:span[0]]) + `<a href="` + address + `">` + address + `</a>`)
		at = span[1]
	}
	b.WriteString(template.HTMLEscapeString(text[at:]))
	return template.HTML(strings.ReplaceAll(b.String(), "\n", "<br>"))
}
