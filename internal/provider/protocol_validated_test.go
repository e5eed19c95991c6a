// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// validations validates a configuration, and returns what is said of it and how often the
// framework was asked.
func (s *session) validations(config map[string]any) (said string, asked int) {
	s.t.Helper()
	served := s.served()
	framework := served.frameworkServer
	counted := &countingServer{frameworkServer: framework}
	served.frameworkServer = counted
	defer func() { served.frameworkServer = framework }()
	resp, err := served.ValidateResourceConfig(s.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: s.name, Config: s.dynamic(encode(s.kind(), config)),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return describe(resp.Diagnostics), counted.validations
}

// TestValidated checks that a later run does not have the framework validate the configuration of
// an object that was applied, and that any other configuration is validated and reported.
func TestValidated(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	first := newSession(t, s, s)
	if said, asked := first.validations(tagging()); said != "" || asked != 1 {
		t.Errorf("asked %d times: %s", asked, said)
	}
	if said, asked := first.validations(tagging()); said != "" || asked != 0 {
		t.Errorf("asked %d times for the same configuration: %s", asked, said)
	}
	state, reported := first.apply(t.Context(), tagging(), nil)
	if hasError(reported) {
		t.Fatal(describe(reported))
	}
	later := newSession(t, s, s)
	later.private = first.private
	later.refresh(state)
	if said, asked := later.validations(tagging()); said != "" || asked != 0 {
		t.Errorf("asked %d times in a later run: %s", asked, said)
	}
	later.unchanged(tagging(), state)
	changed := merged(map[string]any{"comment": "INC-4712"})
	if said, asked := later.validations(changed); said != "" || asked != 1 {
		t.Errorf("asked %d times for a change: %s", asked, said)
	}
	invalid := merged(map[string]any{"guard": map[string]any{"max_endpoints": -1}})
	for range 2 {
		if said, asked := later.validations(invalid); said == "" || asked != 1 {
			t.Errorf("asked %d times for an invalid configuration: %s", asked, said)
		}
	}
	unread := newSession(t, s, s) // as with -refresh=false
	if said, asked := unread.validations(tagging()); said != "" || asked != 1 {
		t.Errorf("asked %d times without a refresh: %s", asked, said)
	}
	wait := later.wait()
	wait.private = first.private // of another type
	said, asked := wait.validations(map[string]any{"scheduled_action_ids": []any{"88001"}})
	if said != "" || asked != 1 {
		t.Errorf("asked %d times for a wait: %s", asked, said)
	}
}

// TestValidatedPrivate checks which configurations leave a digest in the private state, which keeps
// what it has.
func TestValidatedPrivate(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	secret := merged(map[string]any{
		"package": map[string]any{"name": "Custom Tagging - Add Tags", "parameters_wo": []any{"Blue"}},
	})
	for name, c := range map[string]struct {
		config    map[string]any
		validated bool
		private   string
		kept      bool
	}{
		"validated":         {config: tagging(), validated: true, private: `{"made":"e30="}`, kept: true},
		"not validated":     {config: tagging(), private: `{"made":"e30="}`},
		"a secret":          {config: secret, validated: true, private: `{"made":"e30="}`},
		"no private state":  {config: tagging(), validated: true, kept: true},
		"unreadable before": {config: tagging(), validated: true, private: `[`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var known, later validated
			config := session.dynamic(encode(session.kind(), c.config))
			if c.validated {
				known.add(actionType, config)
			}
			with := known.inPrivate([]byte(c.private), actionType, session.schema, config)
			later.addPrivate(with)
			newer := validated{version: "2"}
			newer.addPrivate(with)
			if newer.has(actionType, config) {
				t.Error("another version does not validate it")
			}
			if later.has(actionType, config) != c.kept || bytes.Equal(with, []byte(c.private)) == c.kept ||
				c.kept && c.private != "" && !bytes.Contains(with, []byte(`"made":"e30="`)) {
				t.Errorf("got %s", with)
			}
		})
	}
}
