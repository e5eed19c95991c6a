// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// tokenFile writes a file and returns its path.
func tokenFile(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestTokenSources checks which token is used of those that are set, and what is wrong with them.
func TestTokenSources(t *testing.T) {
	good, secret := tokenFile(t, token+"\n"), token+" more"
	bad, empty, missing := tokenFile(t, secret), tokenFile(t, "\n"), filepath.Join(t.TempDir(), "none")
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	for name, c := range map[string]struct {
		token, file       tftypes.Value
		envToken, envFile string
		attribute         string // empty for no error
		words             []string
	}{
		"a file":                 {file: str(good)},
		"a file and its twin":    {file: str(good), envToken: "bad token", envFile: missing},
		"a token before files":   {token: str(token), envFile: missing},
		"a file of the variable": {envFile: good},
		"both arguments": {token: str(token), file: str(good), attribute: "api_token_file",
			words: []string{"Two API tokens", "api_token and api_token_file are both set"}},
		"both variables": {envToken: token, envFile: good, attribute: "api_token_file",
			words: []string{"Two API tokens", message.EnvAPIToken + " and " + message.EnvAPITokenFile}},
		"a missing file": {file: str(missing), attribute: "api_token_file",
			words: []string{missing, "does not exist", message.EnvAPITokenFile}},
		"an empty file":    {envFile: empty, attribute: "api_token_file", words: []string{empty, "is empty"}},
		"an invalid token": {file: str(bad), attribute: "api_token_file", words: []string{bad, "contains a space"}},
		"a directory": {file: str(filepath.Dir(good)), attribute: "api_token_file",
			words: []string{"is not a regular file"}},
		"an unknown file": {file: unknown, attribute: "api_token_file",
			words: []string{"not known yet", message.EnvAPITokenFile}},
		"nothing": {attribute: "api_token", words: []string{"Missing api_token", message.EnvAPITokenFile}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(message.EnvAPIToken, c.envToken)
			t.Setenv(message.EnvAPITokenFile, c.envFile)
			config := map[string]tftypes.Value{"url": str("https://tanium.example.com")}
			for name, value := range map[string]tftypes.Value{"api_token": c.token, "api_token_file": c.file} {
				if value.Type() != nil {
					config[name] = value
				}
			}
			_, diagnostics := run(t, config, nil)
			if c.attribute != "" {
				expect(t, diagnostics, c.attribute, c.words...)
			} else if len(diagnostics) > 0 {
				t.Error(describe(diagnostics))
			}
		})
	}
}

// TestRejectedTokenFile checks what a person reads of a rejected token in a file, and that the next
// run reads the file again.
func TestRejectedTokenFile(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	file := tokenFile(t, "token-that-has-expired")
	configured := map[string]tftypes.Value{"url": str(s.url), "api_token_file": str(file)}
	_, diagnostics := run(t, configured, tagPackage())
	said := describe(diagnostics)
	for _, word := range []string{
		"Tanium does not accept the API token (HTTP 401)", file, "Write a valid token to it",
	} {
		if !strings.Contains(said, word) {
			t.Errorf("%q is missing: %s", word, said)
		}
	}
	if strings.Contains(said, "token-that-has-expired") {
		t.Errorf("says the token: %s", said)
	}
	if err := os.WriteFile(file, []byte(simulator.DefaultToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, diagnostics := run(t, configured, tagPackage()); len(diagnostics) > 0 {
		t.Error(describe(diagnostics))
	}
}

// TestTokenExpiresInAWait checks that an apply whose token expires after the deployment waits on
// with the new token of the file.
func TestTokenExpiresInAWait(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	const renewed = "token-renewed-in-its-file"
	file := tokenFile(t, token)
	var mutex sync.Mutex
	accepted, rejected := token, 0
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		if r.Header.Get("session") != accepted {
			rejected++
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.Header.Set("session", simulator.DefaultToken)
		s.ServeHTTP(w, r)
		if accepted == token && s.Stats().Deployments > 0 {
			accepted = renewed
			if err := os.WriteFile(file, []byte(renewed+"\n"), 0o600); err != nil {
				t.Error(err)
			}
		}
	}))
	t.Cleanup(front.Close)
	session := newConfiguredSession(t, s, map[string]tftypes.Value{"url": str(front.URL), "api_token_file": str(file)})
	state, diagnostics := session.apply(t.Context(), tagging(), nil)
	if hasError(diagnostics) || session.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
		t.Error(describe(diagnostics))
	}
	mutex.Lock()
	defer mutex.Unlock()
	if rejected == 0 || s.Stats().Deployments != 1 {
		t.Errorf("%d requests were rejected, %d deployments", rejected, s.Stats().Deployments)
	}
}
