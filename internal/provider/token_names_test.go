// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestTokenInNames checks that messages and progress do not show the API token, although a server
// repeats it in the names of endpoints, and that a write-only parameter in the address of a
// redirect is hidden in any spelling.
func TestTokenInNames(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	s.intercept(t, func(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
		if !bytes.Contains(body, []byte("query Endpoints")) {
			return false
		}
		answer := bytes.ReplaceAll(forward().Body.Bytes(), []byte(`"name":"win-`), []byte(`"name":"`+
			simulator.DefaultToken+" win-"))
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
		return true
	})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	said := describe(session.planned(tagging(), nil).Diagnostics) + describe(session.plan(deployType, tagging()))
	lines, ended := session.invoke(t.Context(), deployType, tagging())
	said += strings.Join(lines, "\n") + describe(ended)
	if strings.Contains(said, simulator.DefaultToken) || strings.Count(said, "[API token] win-") < 3 {
		t.Error(said)
	}
}

// TestSecretInRedirect checks that a message does not change the spelling of a write-only parameter
// so that it is not recognized.
func TestSecretInRedirect(t *testing.T) {
	t.Parallel()
	const secret = `hunter"2Q`
	for _, spelled := range []string{secret, `\u0068unter\u00222Q`, `hunter""2Q`} {
		s := newTenant(t, simulator.Options{})
		s.intercept(t, func(w http.ResponseWriter, body []byte, _ forwardFunc) bool {
			if !bytes.Contains(body, []byte("mutation PerformAction")) {
				return false
			}
			w.Header().Set("Location", "/login?p="+spelled)
			w.WriteHeader(http.StatusFound)
			return true
		})
		config := merged(map[string]any{"package": map[string]any{
			"name": "Custom Tagging - Add Tags", "parameters_wo": []any{secret},
		}})
		_, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil)
		if said := describe(diagnostics); strings.Contains(said, "unter") || !strings.Contains(said, "[write-only "+
			"parameter]") {
			t.Errorf("%s: %s", spelled, said)
		}
	}
}
