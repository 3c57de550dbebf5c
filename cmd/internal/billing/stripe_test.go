package billing

import (
	"bufio"
	"context"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"rollcall/models"
)

// startMock starts stripe-mock, which holds requests against Stripe's own description of its API.
func startMock(t *testing.T) *Stripe {
	t.Helper()
	mock, err := exec.Command("go", "tool", "-modfile=../../tools/go.mod", "-n", "stripe-mock").Output() // builds it if need be
	if err != nil {
		t.Fatal("build stripe-mock: ", err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	ln.Close()
	run := exec.Command(strings.TrimSpace(string(mock)), "-http-port", port)
	out, err := run.StdoutPipe()
	if err == nil {
		err = run.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.Process.Kill(); _ = run.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(lines.Text(), "Listening") {
			go func() {
				for lines.Scan() { // so that it never waits to say more
				}
			}()
			return NewStripe(Options{SecretKey: "sk_test_123", WebhookSecret: testSecret, APIURL: "http://127.0.0.1:" + port, Now: func() time.Time { return testNow }})
		}
	}
	t.Fatal("stripe-mock does not listen")
	return nil
}

// TestShapes: Stripe's API takes the requests as they are made, for what is paid once and for subscriptions.
func TestShapes(t *testing.T) {
	if testing.Short() {
		t.Skip("stripe-mock is built for it")
	}
	s := startMock(t)
	ctx := context.Background()
	for _, period := range []string{models.PerMonth, models.PerYear, models.Once} {
		o := &models.Order{
			ID: "ord-a1", OrganizationID: "org-a1", Product: models.ProductSeats, Quantity: 3, Currency: "eur", Amount: 600, Period: period,
			BillingEmail: "bills@acme.example", ExpiresAt: testNow.Add(time.Hour),
		}
		p, err := s.Start(ctx, models.Purchase{Order: o, Done: "https://rollcall.example/done", Back: "https://rollcall.example/back"})
		if err != nil || p.Ref == "" {
			t.Fatalf("%s: %+v %v", period, p, err)
		}
		if p, err = s.Find(ctx, p.Ref); err != nil || p.Ref == "" {
			t.Errorf("find: %+v %v", p, err)
		}
		if p, err = s.Close(ctx, p.Ref); err != nil || p.Ref == "" {
			t.Errorf("close: %+v %v", p, err)
		}
	}
	wrong := &models.Order{ID: "ord-a2", Product: models.ProductSSO, Quantity: 1, Currency: "eur", Amount: 600, Period: "fortnight", BillingEmail: "bills@acme.example"}
	if _, err := s.Start(ctx, models.Purchase{Order: wrong}); err == nil || strings.Contains(err.Error(), "bills@") || !strings.Contains(err.Error(), "stripe refused: status 400") {
		t.Errorf("a period that is none is taken, or more than the codes is said: %v", err)
	}
}
