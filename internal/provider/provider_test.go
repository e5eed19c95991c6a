// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// TestConfigure checks the provider configuration.
func TestConfigure(t *testing.T) {
	for _, name := range []string{
		message.EnvURL, message.EnvAPIToken, message.EnvAPITokenFile, message.EnvCACertificate,
		message.EnvInsecureSkipVerify, message.EnvRequestTimeout, message.EnvClientCertificate, message.EnvClientKey,
	} {
		t.Setenv(name, "")
	}
	good := map[string]tftypes.Value{"url": str("https://tanium.example.com"), "api_token": str(token)}
	with := func(name string, value tftypes.Value) map[string]tftypes.Value {
		config := map[string]tftypes.Value{}
		for key, value := range good {
			config[key] = value
		}
		config[name] = value
		return config
	}
	if _, diagnostics := run(t, good, nil); len(diagnostics) > 0 {
		t.Errorf("a good configuration says %v", diagnostics)
	}
	for name, test := range map[string]struct {
		config    map[string]tftypes.Value
		attribute string
		words     []string
	}{
		"no url": {with("url", tftypes.NewValue(tftypes.String, nil)), "url", []string{"Missing url", message.EnvURL}},
		"unknown url": {with("url", tftypes.NewValue(tftypes.String, tftypes.UnknownValue)),
			"url", []string{"not known yet", message.EnvURL}},
		"no scheme": {with("url", str("tanium.example.com")), "url",
			[]string{`"tanium.example.com"`, "has no scheme: write https://tanium.example.com"}},
		"host and port": {with("url", str("127.0.0.1:8452")), "url",
			[]string{"has no scheme: write https://127.0.0.1:8452"}},
		"other scheme": {with("url", str("ftp://tanium.example.com")), "url", []string{"must begin with"}},
		"line break": {with("api_token", str(token+"\n")), "api_token",
			[]string{"Invalid API token", "trimspace", message.EnvAPIToken}},
		"inner space": {with("api_token", str("token 1")), "api_token",
			[]string{"Invalid API token", message.EnvAPIToken}},
		"white space": {with("api_token", str(" ")), "api_token", []string{"Invalid API token"}},
		"control":     {with("api_token", str("token\x7f")), "api_token", []string{"Invalid API token"}},
		"not ASCII":   {with("api_token", str(token+"é")), "api_token", []string{"Invalid API token"}},
		"no duration": {with("request_timeout", str("soon")), "request_timeout",
			[]string{`"soon"`, "not a positive duration"}},
		"plaintext": {with("url", str("http://tanium.example.com")), "url", []string{"unencrypted"}},
		"no token":  {with("api_token", str("")), "api_token", []string{"Missing api_token", message.EnvAPIToken}},
		"bad certificate": {with("ca_certificate", str("x")), "ca_certificate",
			[]string{"holds no PEM certificate", message.EnvCACertificate}},
		"negative time": {with("request_timeout", str("-1s")), "request_timeout", []string{"not a positive duration"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, diagnostics := run(t, test.config, nil)
			expect(t, diagnostics, test.attribute, test.words...)
		})
	}
	t.Run("from the environment", func(t *testing.T) {
		t.Setenv(message.EnvURL, "https://tanium.example.com")
		t.Setenv(message.EnvAPIToken, token)
		t.Setenv(message.EnvInsecureSkipVerify, "perhaps")
		_, diagnostics := run(t, nil, nil)
		expect(t, diagnostics, "insecure_skip_verify", message.EnvInsecureSkipVerify)
	})
}

const (
	found = `{"data":{"packageSpecs":{"edges":[{"node":{"id":"38355","name":"Custom Tagging - Add ` +
		`Tags","command":"cmd /c ` +
		`\"$1\"","commandTimeoutSeconds":60,"expireSeconds":660,"contentSetName":"Base","params":[{"key":"$1",` +
		`"label":"Add tags","defaultValue":""}],"sensorSourcedParams":null}}]}}}`
	nothing    = `{"data":{"packageSpecs":{"edges":[]}}}`
	namesKnown = `{"data":{"packageSpecs":{"edges":[{"node":{"name":"Custom Tagging - Add Tags"}}]}}}`
)

// gatewayThat starts a gateway with fixed answers. It returns a configuration and a count of
// requests.
func gatewayThat(t *testing.T, answer func(operation string) (int, string)) (map[string]tftypes.Value, *atomic.Int64) {
	t.Helper()
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if agent := r.UserAgent(); !strings.Contains(agent, "terraform-provider-tanium/1.2.3 Terraform/1.11.4") {
			t.Errorf("user agent is %q", agent)
		}
		var request struct{ OperationName string }
		_ = json.NewDecoder(r.Body).Decode(&request)
		status, body := answer(request.OperationName)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return map[string]tftypes.Value{"url": str(server.URL), "api_token": str(token)}, &requests
}

// TestPackageSpec checks the attributes of a package.
func TestPackageSpec(t *testing.T) {
	t.Parallel()
	provider, requests := gatewayThat(t, func(operation string) (int, string) {
		if operation == "PackageSpecDetails" { // like a tenant without the fields
			return 400, `{"errors":[{"message":"Cannot query field \"lastUpdatedBy\""}]}`
		}
		return 200, found
	})
	state, diagnostics := run(t, provider, map[string]tftypes.Value{"name": str("Custom Tagging - Add Tags")})
	if len(diagnostics) > 0 {
		t.Fatalf("%v", diagnostics)
	}
	for name, want := range map[string]string{
		"id": "38355", "command": `cmd /c "$1"`, "content_set_name": "Base",
	} {
		var got string
		if err := state[name].As(&got); err != nil || got != want {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
	if !state["last_updated_by"].IsNull() || !state["content_set"].IsNull() {
		t.Error("what an old tenant does not tell is not null")
	}
	var parameters, sourced []tftypes.Value
	if err := state["parameters"].As(&parameters); err != nil || len(parameters) != 1 {
		t.Errorf("parameters are %v, %v", parameters, err)
	}
	if err := state["sensor_sourced_parameters"].As(&sourced); err != nil || len(sourced) != 0 ||
		state["sensor_sourced_parameters"].IsNull() {
		t.Errorf("sensor-sourced parameters are %v, %v", sourced, err)
	}
	if requests.Load() != 2 {
		t.Errorf("%d requests", requests.Load())
	}
}

// TestPackageSpecErrors checks the messages of a package that cannot be read.
func TestPackageSpecErrors(t *testing.T) {
	t.Parallel()
	absent := func(operation string) (int, string) {
		if operation == "PackageSpecNames" {
			return 200, namesKnown
		}
		return 200, nothing
	}
	twice := func(string) (int, string) {
		return 200, strings.Replace(found, `"edges":[`, `"edges":[`+nodeOf(found)+",", 1)
	}
	expired := func(string) (int, string) { return 401, `{"text":"Unauthorized"}` }
	for name, test := range map[string]struct {
		answer    func(string) (int, string)
		config    map[string]tftypes.Value
		attribute string
		words     []string
		requests  int64
	}{
		"unknown": {answer: absent, config: map[string]tftypes.Value{"name": str("Custom Tagging - Add Tag")},
			attribute: "name",
			words:     []string{"Unknown package", `Did you mean "Custom Tagging - Add Tags"?`}, requests: 2},
		"several": {answer: twice, config: map[string]tftypes.Value{"name": str("Custom Tagging - Add Tags")},
			attribute: "name",
			words:     []string{"38355, 38355", "by its id"}, requests: 1},
		"expired token": {answer: expired, config: map[string]tftypes.Value{"id": str("1")},
			words: []string{"Cannot read package ID 1", "Unauthorized", message.EnvAPIToken}, requests: 2},
		"id and name": {answer: expired, config: map[string]tftypes.Value{"id": str("1"), "name": str("x")},
			attribute: "id", words: []string{"name"}},
		"neither": {answer: expired, config: map[string]tftypes.Value{}, attribute: "id", words: []string{"name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			provider, requests := gatewayThat(t, test.answer)
			_, diagnostics := run(t, provider, test.config)
			expect(t, diagnostics, test.attribute, test.words...)
			if requests.Load() != test.requests {
				t.Errorf("%d requests, want %d", requests.Load(), test.requests)
			}
		})
	}
}

// nodeOf returns the only edge of an answer.
func nodeOf(answer string) string {
	begin := strings.Index(answer, `"edges":[`) + len(`"edges":[`)
	return answer[begin:strings.LastIndex(answer, `]}}}`)]
}
