package mailer

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// catcher is a mail server of one test: it takes every message, save for addresses that begin with "gone" (refused
// for good) or "busy" (refused for now).
func catcher(t *testing.T) (address string, got <-chan string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	messages := make(chan string, 10)
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go catch(c, messages)
		}
	}()
	return ln.Addr().String(), messages
}

func catch(c net.Conn, messages chan<- string) {
	defer c.Close()
	say := func(line string) { fmt.Fprintf(c, "%s\r\n", line) }
	say("220 catcher")
	in := bufio.NewScanner(c)
	for in.Scan() {
		line := in.Text()
		switch verb := strings.ToUpper(strings.SplitN(line, " ", 2)[0]); {
		case verb == "EHLO" || verb == "HELO":
			say("250 catcher")
		case verb == "RCPT" && strings.Contains(line, "<gone"):
			say("550 no such person")
		case verb == "RCPT" && strings.Contains(line, "<busy"):
			say("451 try later")
		case verb == "DATA":
			say("354 go on")
			var text strings.Builder
			for in.Scan() && in.Text() != "." {
				text.WriteString(in.Text() + "\n")
			}
			messages <- text.String()
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func message(to string) Message {
	return Message{
		ID: "outbox-7", Name: "invite", To: to, Subject: "You are invited ✓", Text: "Open https://rollcall.test/invites/abc",
		HTML: "<p>Open</p>", Date: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC),
	}
}

func TestSMTP(t *testing.T) {
	address, got := catcher(t)
	send, err := New("smtp://"+address, "Rollcall <no-reply@rollcall.test>")
	if err != nil {
		t.Fatal(err)
	}
	if err := send(t.Context(), message("ada@acme.test")); err != nil {
		t.Fatal(err)
	}
	checkMessage(t, <-got)
}

func checkMessage(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, "User-Agent") {
		t.Errorf("the message names the library:\n%s", text)
	}
	for _, want := range []string{
		"\nMessage-ID: <outbox-7@rollcall.test>\n", "multipart/alternative", "To: <ada@acme.test>", "From: \"Rollcall\" <no-reply@rollcall.test>",
		"Date: Tue, 01 Dec 2026 09:00:00 +0000", "Auto-Submitted: auto-generated", "invites/abc",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the message lacks %q:\n%s", want, text)
		}
	}
}

// TestFailures: which failures are worth another try, and that their words name nobody.
func TestFailures(t *testing.T) {
	address, _ := catcher(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, tc := range []struct {
		name, server, to string
		permanent        bool
		says             string
	}{
		{"no such person", address, "gone@acme.test", true, "550"},
		{"busy", address, "busy@acme.test", false, "451"},
		{"no server", closed.Addr().String(), "ada@acme.test", false, "could not be reached"},
		{"not an address", address, "ada", true, "address"},
		{"injected header", address, "ada@acme.test\r\nBcc: eve@evil.test", true, "address"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			send, err := New("smtp://"+tc.server, "no-reply@rollcall.test")
			if err != nil {
				t.Fatal(err)
			}
			err = send(t.Context(), message(tc.to))
			if err == nil || Permanent(err) != tc.permanent {
				t.Fatalf("error %v, permanent %v", err, Permanent(err))
			}
			if words := Describe(err); !strings.Contains(words, tc.says) || strings.Contains(words, "@") {
				t.Errorf("described as %q", words)
			}
		})
	}
}

func TestFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mails")
	send, err := New("file:"+dir, "Rollcall <no-reply@rollcall.test>")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a repeat makes no second file
		if err := send(t.Context(), message("ada@acme.test")); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || files[0].Name() != "outbox-7-invite.eml" {
		t.Fatalf("files %v, %v", files, err)
	}
	info, _ := files[0].Info()
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v; its link is a secret", info.Mode())
	}
	text, err := os.ReadFile(filepath.Join(dir, files[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	checkMessage(t, strings.ReplaceAll(string(text), "\r\n", "\n"))
}

func TestNewErrors(t *testing.T) {
	for _, url := range []string{"", "mail.example.com", "http://mail", "smtp://mail:port"} {
		if _, err := New(url, "no-reply@rollcall.test"); err == nil {
			t.Errorf("%q was taken", url)
		}
	}
	send, err := New("smtp://mail.example.com", "nobody")
	if err != nil {
		t.Fatal(err)
	}
	if err := send(t.Context(), message("ada@acme.test")); !errors.Is(err, errMessage) {
		t.Errorf("a wrong sender: %v", err)
	}
}
