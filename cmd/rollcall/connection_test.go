package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rollcall/models/modelstest"
	"rollcall/saml/samltest"
)

// TestProvidersAt: the worker's reader answers what the metadata says, or a sentence for administrators.
func TestProvidersAt(t *testing.T) {
	idp, err := samltest.New("https://idp.acme.example", "https://idp.acme.example/sso", modelstest.Start)
	if err != nil {
		t.Fatal(err)
	}
	document, status := string(idp.Metadata()), http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		w.Write([]byte(document))
	}))
	defer server.Close()
	clock := &modelstest.Clock{}
	clock.Forward(modelstest.Start.Sub(clock.Now()))
	read := (&Config{BaseURL: "https://rollcall.example.com", AllowPrivateIDP: true}).providersAt(clock.Now)
	found, err := read(t.Context(), server.URL)
	if err != nil || len(found) != 1 || found[0].EntityID != idp.EntityID || found[0].SSOURL != idp.SSOURL || !strings.Contains(found[0].Certificates, "BEGIN CERTIFICATE") {
		t.Errorf("found %+v, %v", found, err)
	}
	for _, tc := range []struct {
		status   int
		document string
	}{{http.StatusServiceUnavailable, document}, {http.StatusOK, "<html><body>maintenance</body></html>"}, {http.StatusOK, ""}} {
		status, document = tc.status, tc.document
		_, err := read(t.Context(), server.URL)
		if err == nil || !strings.HasSuffix(err.Error(), ".") || strings.Contains(err.Error(), "fetch:") {
			t.Errorf("%d %q: %v", tc.status, tc.document, err)
		}
	}
}
