package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rollcall/saml/samltest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rollcall": main, "floor": serveFloor})
}

// TestScripts runs the stories of testdata/script: each command as a shell would run it. The commands that the stories
// have beside testscript's own are below.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			port, err := freePort()
			e.Vars = append(e.Vars, "PORT="+port, "ROLLCALL_LISTEN=127.0.0.1:"+port, "URL=http://127.0.0.1:"+port)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": code, "json": jsonKeys, "get": get, "http": httpStatus, "ready": ready, "metadata": metadata,
		},
	})
}

func freePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return strconv.Itoa(ln.Addr().(*net.TCPAddr).Port), nil
}

// code N command…: the command ends with exit code N, and for a failure prints nothing on standard output and one
// sentence on standard error.
func code(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	out, said := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	if want != 0 && (out != "" || !strings.HasPrefix(said, "rollcall: ") || !strings.HasSuffix(strings.TrimSpace(said), ".")) {
		ts.Fatalf("a failure says one sentence on standard error; got %q and %q", out, said)
	}
}

// json KEY…: standard output is exactly one JSON value, an object or a list of objects with exactly these keys in this
// order.
func jsonKeys(ts *testscript.TestScript, neg bool, keys []string) {
	d := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	var raw json.RawMessage
	ts.Check(d.Decode(&raw))
	if _, err := d.Token(); err != io.EOF {
		ts.Fatalf("there is more than one JSON value")
	}
	objects := []json.RawMessage{raw}
	if bytes.HasPrefix(raw, []byte("[")) {
		ts.Check(json.Unmarshal(raw, &objects))
	}
	for _, o := range objects {
		if got := keysOf(ts, o); !slices.Equal(got, keys) {
			ts.Fatalf("keys %q, want %q", got, keys)
		}
	}
}

// keysOf reads the keys of an object in their order.
func keysOf(ts *testscript.TestScript, object json.RawMessage) (keys []string) {
	d := json.NewDecoder(bytes.NewReader(object))
	_, err := d.Token()
	ts.Check(err)
	for d.More() {
		key, err := d.Token()
		ts.Check(err)
		keys = append(keys, key.(string))
		var value json.RawMessage
		ts.Check(d.Decode(&value))
	}
	return keys
}

// get VAR PATH: keeps a value of the JSON on standard output; a path is a key, or a number and a key (0.id).
func get(ts *testscript.TestScript, neg bool, args []string) {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &v))
	for step := range strings.SplitSeq(args[1], ".") {
		switch x := v.(type) {
		case []any:
			n, err := strconv.Atoi(step)
			ts.Check(err)
			v = x[n]
		case map[string]any:
			v = x[step]
		}
	}
	ts.Setenv(args[0], fmt.Sprint(v))
}

// http STATUS METHOD URL [TOKEN [BODYFILE]]: makes a request and keeps the answer's body in the file body.
func httpStatus(ts *testscript.TestScript, neg bool, args []string) {
	var body io.Reader
	if len(args) > 4 {
		body = strings.NewReader(ts.ReadFile(args[4]))
	}
	r, err := http.NewRequest(args[1], args[2], body)
	ts.Check(err)
	if len(args) > 3 {
		r.Header.Set("Authorization", "Bearer "+args[3])
		r.Header.Set("Content-Type", "application/scim+json")
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("body"), b, 0o600))
	if strconv.Itoa(answer.StatusCode) != args[0] {
		ts.Fatalf("%s %s: %d, want %s\n%s", args[1], args[2], answer.StatusCode, args[0], b)
	}
}

// ready: waits until the server of this story answers.
func ready(ts *testscript.TestScript, neg bool, args []string) {
	end := time.After(20 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		answer, err := http.Get(ts.Getenv("URL") + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-tick.C:
		case <-end:
			ts.Fatalf("the server did not get ready: %v", err)
		}
	}
}

// metadata FILE: writes an identity provider's metadata.
func metadata(ts *testscript.TestScript, neg bool, args []string) {
	idp, err := samltest.New("https://idp.example/saml", "https://idp.example/saml/sso", time.Now())
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), idp.Metadata(), 0o600))
}
