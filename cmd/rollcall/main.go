// Command rollcall serves the organization dashboard, and does from the command line what an operator needs: see
// `rollcall --help`.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"rollcall/models"
)

// Exit codes: 1 for what failed or is not built yet, 2 for wrong use.
const (
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once; timeout(1) and some supervisors send the first one twice.
	context.AfterFunc(ctx, func() { time.AfterFunc(time.Second, stop) })
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// grammar is the command line; each noun's file has its commands.
type grammar struct {
	JSON bool `name:"json" help:"Print one JSON value on standard output, for scripts."`

	Serve    serveCmd   `cmd:"" help:"Serve the dashboard; stop with Ctrl-C or SIGTERM."`
	Demo     demoCmd    `cmd:"" help:"Serve a demo organization with a practice identity provider beside it."`
	Migrate  migrateCmd `cmd:"" help:"Bring the database schema up to date."`
	Operator struct {
		Create operatorCreateCmd `cmd:"" help:"Make an operator, who looks after all organizations."`
		List   operatorListCmd   `cmd:"" help:"List the operators."`
		Reset  operatorResetCmd  `cmd:"" help:"Take password and second factor from an operator, and print a link to begin anew."`
		End    operatorEndCmd    `cmd:"" help:"Switch an operator off at once."`
	} `cmd:"" help:"The staff that runs Rollcall."`
	Org struct {
		Create orgCreateCmd `cmd:"" help:"Make an organization; its domains are verified at once."`
		List   orgListCmd   `cmd:"" help:"List the organizations."`
		Show   orgShowCmd   `cmd:"" help:"Show an organization's settings and states."`
		Set    orgSetCmd    `cmd:"" help:"Change an organization's settings that only an operator may change."`
	} `cmd:"" help:"Organizations."`
	Domain struct {
		Add    domainAddCmd    `cmd:"" help:"Add e-mail domains to an organization, verified at once."`
		Verify domainVerifyCmd `cmd:"" help:"Mark a domain of an organization as verified."`
		Remove domainRemoveCmd `cmd:"" help:"Take a domain from an organization."`
	} `cmd:"" help:"E-mail domains."`
	Plan struct {
		List    planListCmd    `cmd:"" help:"List the plans, least first."`
		Add     planAddCmd     `cmd:"" help:"Add a plan above all others."`
		Rename  planRenameCmd  `cmd:"" help:"Rename a plan, everywhere at once."`
		Move    planMoveCmd    `cmd:"" help:"Move a plan one place up (towards the most) or down."`
		Retire  planRetireCmd  `cmd:"" help:"Take a plan off sale; who has it keeps it."`
		Restore planRestoreCmd `cmd:"" help:"Put a retired plan on sale again."`
	} `cmd:"" help:"Plans."`
	Price struct {
		List priceListCmd `cmd:"" help:"List what can be bought here and what it costs."`
		Set  priceSetCmd  `cmd:"" help:"Set or take away one price."`
	} `cmd:"" help:"Prices of the checkout."`
	SetupLink struct {
		Create setupLinkCreateCmd `cmd:"" help:"Make a link, valid for 24 hours, with which the IT person sets up an integration."`
		Cancel setupLinkCancelCmd `cmd:"" help:"End the link that works now."`
	} `cmd:"" name:"setup-link" help:"Setup links."`
	Connection struct {
		Create connectionCreateCmd `cmd:"" help:"Set Single Sign-On up from the identity provider's metadata."`
	} `cmd:"" help:"Single Sign-On (SAML)."`
	Directory struct {
		Create directoryCreateCmd `cmd:"" help:"Set Directory Sync up and make a token for it."`
		Set    directorySetCmd    `cmd:"" help:"Change the rules of an organization's directory."`
	} `cmd:"" help:"Directory Sync (SCIM)."`
	Token struct {
		List tokenListCmd `cmd:"" help:"List the tokens of an organization's directory, by their last four characters."`
		End  tokenEndCmd  `cmd:"" help:"End a token at once."`
	} `cmd:"" help:"Bearer tokens of Directory Sync."`
	Outbox struct {
		List  outboxListCmd  `cmd:"" help:"List the mails and webhooks that did not go out."`
		Again outboxAgainCmd `cmd:"" help:"Try one that was given up once more."`
	} `cmd:"" help:"What leaves the building: mails and webhooks."`
	Deactivate deactivateCmd `cmd:"" help:"Switch Single Sign-On or Directory Sync off."`
	Invite     struct {
		Create inviteCreateCmd `cmd:"" help:"Invite a person to an organization."`
	} `cmd:"" help:"Invitations."`
	Member struct {
		List  memberListCmd  `cmd:"" help:"List an organization's members."`
		Erase memberEraseCmd `cmd:"" help:"Erase a member who has left, with all personal data, for good."`
	} `cmd:"" help:"Members."`
	Group struct {
		List groupListCmd `cmd:"" help:"List an organization's groups."`
	} `cmd:"" help:"Groups."`
}

// app is what every command works with.
type app struct {
	ctx            context.Context
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
	json           bool
}

// run is the whole program with everything from outside handed in; it answers the exit code.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var g grammar
	helped := false
	if len(args) == 0 { // the overview, as an answer to wrong use
		run(ctx, []string{"--help"}, env, stdin, stderr, stderr)
		return exitUsage
	}
	parser, err := kong.New(&g, kong.Name("rollcall"), kong.Writers(stdout, stderr), kong.Exit(func(int) { helped = true }),
		kong.Description("Single Sign-On and Directory Sync that your customers buy, set up, watch and revoke by themselves."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}))
	if err != nil {
		fmt.Fprintln(stderr, "rollcall:", err)
		return exitFailure
	}
	command, err := parser.Parse(args)
	if helped { // kong goes on after its help when Exit does not end the program
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "rollcall: %s. See rollcall --help.\n", strings.TrimSuffix(err.Error(), "."))
		return exitUsage
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	a := &app{ctx: ctx, getenv: lookup(env), stdin: stdin, stdout: stdout, stderr: stderr, json: g.JSON}
	return a.report(command.Run(a))
}

// lookup reads NAME=value pairs; the last one of a name counts.
func lookup(env []string) func(string) string {
	values := map[string]string{}
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = value
	}
	return func(name string) string { return values[name] }
}

// usageError is wrong use that the grammar cannot see.
type usageError string

func (e usageError) Error() string { return string(e) }

// report writes a command's error as a sentence and answers the exit code. Go and SQL texts stay out of it, save where
// there is nothing better to help the operator with.
func (a *app) report(err error) int {
	var (
		me *models.Error
		ue usageError
	)
	switch {
	case err == nil:
		return 0
	case errors.As(err, &ue):
		a.say(ue.Error())
		return exitUsage
	case errors.As(err, &me):
		a.say(me.Message)
	default:
		a.say(err.Error())
	}
	return exitFailure
}

// say writes each line as a sentence on standard error.
func (a *app) say(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(a.stderr, "rollcall: %s.\n", strings.TrimSuffix(line, "."))
	}
}

// print writes a command's result: with --json the value and nothing else, else the text for people.
func (a *app) print(value any, text string) error {
	if !a.json {
		_, err := fmt.Fprintln(a.stdout, strings.TrimRight(text, "\n"))
		return err
	}
	e := json.NewEncoder(a.stdout)
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

// open reads the settings and opens the database, brought up to date or checked as ROLLCALL_MIGRATE says.
func (a *app) open() (*Config, *models.DB, error) {
	c, err := LoadConfig(a.getenv)
	if err != nil {
		return nil, nil, err
	}
	db, err := c.openDB(a.ctx)
	return c, db, err
}

func (c *Config) openDB(ctx context.Context) (*models.DB, error) {
	keys, err := c.keyring()
	if err != nil {
		return nil, err
	}
	db, err := models.Open(c.DatabaseURL, keys)
	if err != nil {
		return nil, fmt.Errorf("the database of ROLLCALL_DATABASE_URL cannot be opened: %w", err)
	}
	if c.Migrate {
		_, err = db.Migrate(ctx)
	} else {
		err = db.CheckSchema(ctx)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// byCommand is the actor of what the command does.
var byCommand = models.Actor{Kind: models.ActorOperator, ID: "command"}

// update runs fn for the command in one unit of work.
func (a *app) update(fn func(c *Config, tx *models.Tx) error) error {
	return a.with((*models.DB).Update, fn)
}

// view is update for what only reads.
func (a *app) view(fn func(c *Config, tx *models.Tx) error) error {
	return a.with((*models.DB).View, fn)
}

func (a *app) with(how func(*models.DB, context.Context, models.Actor, func(*models.Tx) error) error, fn func(*Config, *models.Tx) error) error {
	c, db, err := a.open()
	if err != nil {
		return err
	}
	defer db.Close()
	return how(db, a.ctx, byCommand, func(tx *models.Tx) error { return fn(c, tx) })
}

// inOrg finds the organization that --org names, by id or slug, and goes on inside it.
func inOrg(tx *models.Tx, ref string) (*models.Organization, *models.Tx, error) {
	o, err := models.FindOrganizationByRef(tx, ref)
	if err != nil {
		return nil, nil, err
	}
	return o, tx.In(o.ID), nil
}
