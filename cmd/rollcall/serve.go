package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"rollcall/cmd/internal/billing"
	"rollcall/cmd/internal/mailer"
	"rollcall/cmd/internal/worker"
	"rollcall/handlers"
	"rollcall/models"
)

const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10 // bytes
	gcPercent     = 200      // of the live heap, which is small: a collection for every 10 MB was a fifth of a read
	drainNotice   = time.Second
	drainTimeout  = 20 * time.Second
)

type serveCmd struct{}

func (*serveCmd) Run(a *app) error {
	c, err := LoadConfig(a.getenv)
	if err != nil {
		return err
	}
	if a.getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	log := slog.New(slog.NewJSONHandler(a.stderr, nil))
	slog.SetDefault(log)
	s, err := start(a.ctx, c, log)
	if err != nil {
		return err
	}
	if err := a.print(struct {
		URL string `json:"url"`
	}{c.BaseURL}, c.ProductName+" serves at "+c.BaseURL); err != nil {
		return err
	}
	return s.wait(a.ctx)
}

// server is a running Rollcall: the web server, the worker and, if set, the ops listener.
type server struct {
	config   *Config
	db       *models.DB
	log      *slog.Logger
	web, ops *http.Server
	draining atomic.Bool
	failed   chan error
	worker   func() // ends the worker and waits for it
}

// start opens everything and serves; what it answers must be waited for. A listen port 0 takes a free one, which the
// base URL follows.
func start(ctx context.Context, c *Config, log *slog.Logger) (s *server, err error) {
	if err := c.CheckServe(); err != nil {
		return nil, err
	}
	ln, err := c.listen()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			ln.Close()
		}
	}()
	send, err := mailer.New(c.MailURL, c.MailFrom)
	if err != nil {
		return nil, err
	}
	s = &server{config: c, log: log, failed: make(chan error, 2)}
	if s.db, err = c.openDB(ctx); err != nil {
		return nil, err
	}
	if err := s.serve(ln); err != nil {
		s.db.Close()
		return nil, err
	}
	s.startWorker(send)
	log.Info("serving", "address", ln.Addr().String(), "settings", c.Lines())
	return s, nil
}

// listen opens the listen address before anything else is made, so that a taken port is the first thing one hears of.
func (c *Config) listen() (net.Listener, error) {
	ln, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (ROLLCALL_LISTEN): %w", c.Listen, cause(err))
	}
	if !c.baseURLSet && strings.HasSuffix(c.BaseURL, ":0") {
		c.BaseURL = "http://" + ln.Addr().String()
	}
	return ln, nil
}

// cause is the innermost error: of a network error the words of the operating system.
func cause(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}

func (s *server) serve(ln net.Listener) error {
	base, err := url.Parse(s.config.BaseURL)
	if err != nil {
		return err
	}
	m := newMetrics(s.db)
	if s.config.OpsListen != "" {
		ops, err := net.Listen("tcp", s.config.OpsListen)
		if err != nil {
			return fmt.Errorf("cannot listen on %s (ROLLCALL_OPS_LISTEN): %w", s.config.OpsListen, cause(err))
		}
		s.ops = s.run(ops, m.handler())
	}
	s.web = s.run(ln, handlers.New(s.handlerConfig(base, m)))
	return nil
}

func (s *server) handlerConfig(base *url.URL, m *metrics) handlers.Config {
	c := s.config
	return handlers.Config{
		Payments: c.payments(s.db.Now),
		DB:       s.db, Log: s.log, BaseURL: base, Product: c.ProductName, SupportEmail: c.SupportEmail, Payment: c.Payment,
		RateLimits: c.RateLimits, AllowPrivate: c.AllowPrivateIDP, TrustedProxies: c.TrustedProxies,
		Fetch: c.fetch(), LookupTXT: net.DefaultResolver.LookupTXT, Observe: m.observe, Draining: s.draining.Load,
	}
}

// payments is the provider that takes money; nil where none does. The sandbox is the handlers' own.
func (c *Config) payments(now func() time.Time) handlers.Payments {
	if c.Payment != paymentStripe {
		return nil
	}
	return billing.NewStripe(billing.Options{SecretKey: c.StripeSecretKey, WebhookSecret: c.StripeWebhookSecret, APIURL: c.StripeAPIURL, Now: now})
}

// run serves h in the background. There is no write timeout: live pages stay open.
func (s *server) run(ln net.Listener, h http.Handler) *http.Server {
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	go func() {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
	return srv
}

func (s *server) startWorker(send mailer.Send) {
	c := s.config
	w := &worker.Worker{
		DB: s.db, Log: s.log, Send: send,
		Mail:     worker.Mail{BaseURL: c.BaseURL, Product: c.ProductName, Support: c.SupportEmail},
		Metadata: c.providersAt(s.db.Now), LookupTXT: net.DefaultResolver.LookupTXT,
	}
	// Its context is its own: the worker ends after the last request, whose mails it may still send.
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx) }()
	s.worker = func() { cancel(); <-done }
}

// wait serves until ctx ends or a listener fails, then drains: not ready first, so that a load balancer looks
// elsewhere; then no new requests and the running ones to their end; then the worker.
func (s *server) wait(ctx context.Context) error {
	var err error
	select {
	case <-ctx.Done():
		s.log.Info("draining")
		s.draining.Store(true)
		<-time.After(drainNotice)
	case err = <-s.failed:
	}
	return errors.Join(err, s.close())
}

// close ends the running requests, then the worker, then the database.
func (s *server) close() error {
	limit, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	if s.web.Shutdown(limit) != nil {
		s.log.Warn("requests still ran after the time to drain; they were cut")
		s.web.Close()
	}
	s.worker()
	if s.ops != nil {
		s.ops.Close()
	}
	err := s.db.Close()
	s.log.Info("stopped")
	return err
}
