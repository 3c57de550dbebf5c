package main

import (
	"bufio"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// idp is a real identity provider on 127.0.0.1, a product of others that shares no XML code with Rollcall.
type idp struct {
	name     string
	metadata string // its address, which is also its entity ID
	folder   string // of its service providers
	// trust makes a service provider known, or again with other switches: NAME=value as the provider's script lists them.
	trust func(t *testing.T, metadata string, switches ...string)
	// initiate is the address at which a person starts a sign-in at the provider.
	initiate func(entityID string) string
}

// startSimpleSAMLphp boots Debian's package; a missing part skips the test, or fails it in CI.
func startSimpleSAMLphp(t *testing.T) *idp {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	work := filepath.Join(os.TempDir(), "rollcall-test-"+port)
	script := func(switches []string, args ...string) ([]byte, error) {
		c := exec.Command(filepath.Join("testdata", "idp", "simplesamlphp.sh"), args...)
		c.Env = append(append(os.Environ(), "WORK="+work), switches...)
		return c.CombinedOutput()
	}
	out, err := script(nil, "start", port)
	if x, ok := err.(*exec.ExitError); ok && x.ExitCode() == 3 {
		lacking(t, "SimpleSAMLphp is not there: "+string(out))
	}
	t.Cleanup(func() {
		script(nil, "stop", port)
		os.RemoveAll(work)
	})
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	base := "http://127.0.0.1:" + port + "/saml2/idp/"
	return &idp{
		name: "simplesamlphp", metadata: base + "metadata.php", folder: filepath.Join(work, "sp"),
		trust: func(t *testing.T, metadata string, switches ...string) {
			t.Helper()
			if out, err := script(switches, "add", port, write(t, metadata)); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		},
		initiate: func(entityID string) string { return base + "SSOService.php?spentityid=" + url.QueryEscape(entityID) },
	}
}

// lacking skips the test for a part that .ci/setup installs, or fails it where nothing may be skipped.
func lacking(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("ROLLCALL_TEST_REQUIRE") != "" {
		t.Fatal(what)
	}
	t.Skip("skipped: " + what)
}

// startSamlify boots the provider of testdata/idp/samlify; it ends with its standard input.
func startSamlify(t *testing.T) *idp {
	t.Helper()
	at := filepath.Join("testdata", "idp", "samlify")
	if _, err := os.Stat(filepath.Join(at, "node_modules", "samlify")); err != nil {
		lacking(t, "samlify is not installed; .ci/setup installs it")
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	key, certificate := newKey(t)
	put(t, filepath.Join(work, "idp.pem"), key)
	put(t, filepath.Join(work, "idp.crt"), certificate)
	if err := os.Mkdir(filepath.Join(work, "sp"), 0o700); err != nil {
		t.Fatal(err)
	}
	run := exec.Command("node", filepath.Join(at, "idp.js"), port, work)
	run.Stderr = os.Stderr
	in, err := run.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		lacking(t, "Node.js is not there: "+err.Error())
	}
	t.Cleanup(func() {
		in.Close()
		run.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("samlify says %q, %v", line, err)
	}
	base := "http://127.0.0.1:" + port
	return &idp{
		name: "samlify", metadata: base + "/metadata", folder: filepath.Join(work, "sp"),
		trust: func(t *testing.T, metadata string, switches ...string) {
			t.Helper()
			set := map[string]string{}
			for _, s := range switches {
				name, value, _ := strings.Cut(s, "=")
				set[name] = value
			}
			text, _ := json.Marshal(set)
			name := filepath.Join(work, "sp", digestName(metadata))
			put(t, name+".json", string(text))
			put(t, name+".xml", metadata)
		},
		initiate: func(entityID string) string { return base + "/initiate?sp=" + url.QueryEscape(entityID) },
	}
}

// digestName is a file name for a service provider: its connection's id.
func digestName(metadata string) string {
	_, rest, _ := strings.Cut(metadata, "/saml/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, text string) string {
	name := filepath.Join(t.TempDir(), "sp.xml")
	put(t, name, text)
	return name
}

// newKey makes a key and a certificate as PEM.
func newKey(t *testing.T) (key, certificate string) {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "test idp"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour * 400)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, b []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
	}
	return block("PRIVATE KEY", private), block("CERTIFICATE", der)
}
