// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
)

// tagPackage returns the arguments of a package.
func tagPackage() map[string]tftypes.Value {
	return map[string]tftypes.Value{"name": str("Custom Tagging - Add Tags")}
}

// TestCertificates checks that a server with an untrusted certificate is reached only with
// ca_certificate or insecure_skip_verify.
func TestCertificates(t *testing.T) {
	t.Parallel()
	gateway, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(gateway)
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	for name, c := range map[string]struct {
		more map[string]tftypes.Value
		says string
	}{
		"its certificate": {more: map[string]tftypes.Value{"ca_certificate": str(certificate)}},
		"any certificate": {
			more: map[string]tftypes.Value{"insecure_skip_verify": tftypes.NewValue(tftypes.Bool, true)}},
		"no certificate": {says: "set the authority's certificate in ca_certificate or TANIUM_CA_CERTIFICATE"},
		"no PEM": {more: map[string]tftypes.Value{"ca_certificate": str("certificate")},
			says: "CA certificate cannot be used"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			configured := map[string]tftypes.Value{"url": str(server.URL), "api_token": str(simulator.DefaultToken)}
			for name, value := range c.more {
				configured[name] = value
			}
			_, diagnostics := run(t, configured, tagPackage())
			if hasError(diagnostics) != (c.says != "") || !strings.Contains(describe(diagnostics), c.says) {
				t.Error(describe(diagnostics))
			}
		})
	}
}

// TestProxy checks that requests use the proxy of the environment and have a User-Agent. It runs
// the provider as a program, because Go reads the proxy once in each process, and uses a host name
// that only the proxy knows, because Go uses no proxy for loopback.
func TestProxy(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	behind, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	var through atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		through.Add(1)
		if r.Host != "tanium.example.com" || !strings.HasSuffix(r.UserAgent(), " pipeline/7") {
			t.Errorf("%s asks for %s", r.UserAgent(), r.Host)
		}
		r.URL.Host = behind.Host
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	output := newWorkspace(t,
		"data \"tanium_package_spec\" \"tag\" {\n  name = \"Custom Tagging - Add Tags\"\n}\n").run([]string{"plan",
		"-input=false", "-no-color"},
		"TANIUM_URL=http://tanium.example.com", "TANIUM_API_TOKEN="+simulator.DefaultToken, "HTTP_PROXY="+
			proxy.URL, "TF_APPEND_USER_AGENT=pipeline/7", "TF_LOG=TRACE")
	if through.Load() == 0 || !strings.Contains(output, "Read complete") {
		t.Errorf("%d requests through the proxy\n%.3000s", through.Load(), output)
	}
	if strings.Contains(output, simulator.DefaultToken) {
		t.Error("the token is in the log")
	}
}

// TestLog checks that the log of a deployment has its steps and not the token.
func TestLog(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{Clock: clock.New(time.Now, 100)})
	output := newWorkspace(t,
		s.example(t, "resources/tanium_action/tag_by_id.tf")).run([]string{"apply", "-input=false", "-no-color",
		"-auto-approve"}, "TF_LOG=TRACE")
	for _, want := range []string{"deployed an action", "following an action", "scheduled_action_id=88001"} {
		if !strings.Contains(output, want) {
			t.Errorf("the log does not say %q", want)
		}
	}
	for _, line := range bytes.Split([]byte(output), []byte("\n")) {
		if bytes.Contains(line, []byte(simulator.DefaultToken)) {
			t.Errorf("the token is in the log: %s", line)
		}
	}
}
