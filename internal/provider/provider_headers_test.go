// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// headersOf returns a configuration with headers.
func headersOf(url string, values map[string]tftypes.Value) map[string]tftypes.Value {
	return map[string]tftypes.Value{"url": str(url), "api_token": str(token),
		"headers": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, values)}
}

// TestHeaders checks which headers are refused, each at its path, and without its value.
func TestHeaders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		values    map[string]tftypes.Value
		at, words string
	}{
		"reserved":   {map[string]tftypes.Value{"Session": str(token)}, "Session", "is set by the provider itself"},
		"bad name":   {map[string]tftypes.Value{"X A": str(token)}, "X A", "invalid name"},
		"line break": {map[string]tftypes.Value{"X-A": str(token + "\n")}, "X-A", "line break"},
		"null":       {map[string]tftypes.Value{"X-A": tftypes.NewValue(tftypes.String, nil)}, "X-A", "has no value"},
		"same name":  {map[string]tftypes.Value{"X-A": str("a"), "x-a": str("b")}, "x-a", "case does not count"},
		"unknown": {map[string]tftypes.Value{"X-A": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)},
			"X-A", "not known yet"},
		"good": {map[string]tftypes.Value{"X-A": str("a"), "Authorization": str("Basic 0123456789")}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diagnostics := run(t, headersOf("https://tanium.example.com", c.values), nil)
			if c.at == "" {
				if len(diagnostics) > 0 {
					t.Error(describe(diagnostics))
				}
				return
			}
			said := describe(diagnostics)
			if len(diagnostics) != 1 || !strings.Contains(said, c.words) || strings.Contains(said, token) ||
				diagnostics[0].Attribute.String() != `AttributeName("headers").ElementKeyString("`+c.at+`")` {
				t.Errorf("%s at %v", said, diagnostics)
			}
		})
	}
}

// TestHeadersAreMasked checks that a proxy which repeats a header in its answer does not reveal it.
func TestHeadersAreMasked(t *testing.T) {
	t.Parallel()
	const value = "Bearer of-the-proxy"
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, "refused: "+r.Header.Get("Authorization"))
	}))
	t.Cleanup(proxy.Close)
	_, diagnostics := run(t, headersOf(proxy.URL, map[string]tftypes.Value{"Authorization": str(value)}), tagPackage())
	if said := describe(diagnostics); !strings.Contains(said, "refused: [header value]") ||
		strings.Contains(said, "of-the-proxy") {
		t.Error(said)
	}
}
