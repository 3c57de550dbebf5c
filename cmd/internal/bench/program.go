package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"rollcall/saml/samltest"
)

// Program is a built rollcall with its settings. Its processes share nothing but the database.
type Program struct {
	Path string   // of the binary
	Env  []string // ROLLCALL_* settings
	Dir  string   // where its processes run and their logs go
}

// NewProgram has its files in dir and serves on a free port of loopback, without rate limits.
func NewProgram(path, dir, databaseURL string) *Program {
	return &Program{Path: path, Dir: dir, Env: []string{
		"ROLLCALL_DATABASE_URL=" + databaseURL, "ROLLCALL_LISTEN=127.0.0.1:0", "ROLLCALL_RATE_LIMITS=off",
		"ROLLCALL_MAIL_URL=file:" + filepath.Join(dir, "mail"), "ROLLCALL_OPS_LISTEN=" + os.Getenv("ROLLCALL_OPS_LISTEN"),
	}}
}

// environment is this process's without its own ROLLCALL_* settings.
func (p *Program) environment() (env []string) {
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "ROLLCALL_") {
			env = append(env, pair)
		}
	}
	return append(env, p.Env...)
}

// Command runs `rollcall ARGS --json` and decodes what it prints into result.
func (p *Program) Command(result any, args ...string) error {
	c := exec.Command(p.Path, append(args, "--json")...)
	c.Env, c.Dir = p.environment(), p.Dir
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("rollcall %s: %w: %s", args[0], err, said.String())
	}
	return json.Unmarshal(out, result)
}

// Tenant is an organization with Single Sign-On active, so that people who are pushed need no invitation, and with a
// directory.
type Tenant struct {
	Org, Directory, Token, Domain string
}

// NewTenant makes an organization named name.
func (p *Program) NewTenant(name string) (Tenant, error) {
	t := Tenant{Domain: name + ".example"}
	idp, err := samltest.New("https://idp."+t.Domain, "https://idp."+t.Domain+"/sso", time.Now())
	if err != nil {
		return t, err
	}
	metadata := filepath.Join(p.Dir, name+".xml")
	if err := os.WriteFile(metadata, idp.Metadata(), 0o600); err != nil {
		return t, err
	}
	var org, connection, directory struct{ ID, Token string }
	err = p.Command(&org, "org", "create", "--name", name, "--domain", t.Domain, "--plan", "Core,Extended,Ultimate", "--feature", "sso,scim")
	if err != nil {
		return t, err
	}
	if err = p.Command(&connection, "connection", "create", "--org", org.ID, "--metadata", metadata, "--activate"); err != nil {
		return t, err
	}
	err = p.Command(&directory, "directory", "create", "--org", org.ID)
	t.Org, t.Directory, t.Token = org.ID, directory.ID, directory.Token
	return t, err
}

// Process is a server that runs.
type Process struct {
	URL string // scheme and host
	cmd *exec.Cmd
	log *os.File
}

// Serve starts the server and answers when it serves. Its log is added to serve.log.
func (p *Program) Serve() (*Process, error) {
	c := exec.Command(p.Path, "serve", "--json")
	c.Env, c.Dir = p.environment(), p.Dir
	return startProcess(c, filepath.Join(p.Dir, "serve.log"))
}

// startProcess waits for the line with the URL that a server prints once it listens.
func startProcess(c *exec.Cmd, logFile string) (*Process, error) {
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	p := &Process{cmd: c, log: log}
	c.Stderr = log
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	if err := c.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(line), p)
	}
	if err != nil {
		return nil, fmt.Errorf("the server did not start, see %s: %w", logFile, errors.Join(err, p.Kill()))
	}
	go io.Copy(io.Discard, out) // nobody reads it; a full pipe would stop the server
	return p, nil
}

// Stop lets the server end as SIGTERM does.
func (p *Process) Stop() error {
	err := p.cmd.Process.Signal(os.Interrupt)
	return errors.Join(err, p.cmd.Wait(), p.log.Close())
}

// Kill ends the server with SIGKILL, in the middle of whatever it does.
func (p *Process) Kill() error {
	err := p.cmd.Process.Kill()
	_ = p.cmd.Wait() // says that it was killed
	return errors.Join(err, p.log.Close())
}

// CPU is the processor time that the process has used. 0 where there is no /proc.
func (p *Process) CPU() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	var ticks int64
	for _, field := range fields[11:13] { // utime and stime, proc(5)
		n, _ := strconv.ParseInt(field, 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond // USER_HZ is 100
}

// Resident is the memory of the process that is in RAM, in MiB. 0 where there is no /proc.
func (p *Process) Resident() float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kib / 1024
		}
	}
	return 0
}
