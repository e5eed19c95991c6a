// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// limitSession returns a session of a provider with a block limits, and what its configuration
// says.
func limitSession(t *testing.T, s *tenant, limits map[string]any) (*session, string) {
	t.Helper()
	session := newSession(t, s, s)
	schemas, err := session.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind := schemas.Provider.ValueType()
	settings, err := tfprotov6.NewDynamicValue(kind, encode(kind, map[string]any{
		"url": s.url, "api_token": simulator.DefaultToken, "limits": limits,
	}))
	if err != nil {
		t.Fatal(err)
	}
	session.settings = &settings
	configured, err := session.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: &settings,
	})
	if err != nil {
		t.Fatal(err)
	}
	return session, describe(configured.Diagnostics)
}

// limitCases are limits, as a block and as an environment have them, and a deployment of tagging
// with changes that they refuse.
func limitCases() map[string]struct {
	block   map[string]any
	env     string
	changes map[string]any
	says    string
} {
	return map[string]struct {
		block   map[string]any
		env     string
		changes map[string]any
		says    string
	}{
		"max_endpoints": {
			block: map[string]any{"max_endpoints": 2}, env: "2",
			says: "ERROR Limit of the organisation: too many endpoints: The deployment would reach 3 endpoints: " +
				"win-dc-01, win-dc-02, win-file-01. At most 2 are allowed.",
		},
		"max_endpoints_per_run": {
			block: map[string]any{"max_endpoints_per_run": 2}, env: "2",
			says: "ERROR Limit of the organisation: too many endpoints in one run: The deployment would reach 3 " +
				"endpoints: win-dc-01, win-dc-02, win-file-01, and the other deployments of this run reach 0. At " +
				"most 2 are allowed",
		},
		"allowed_action_groups": {
			block: map[string]any{"allowed_action_groups": []any{"Default"}}, env: `["Default"]`,
			says: `ERROR Limit of the organisation: action group is not allowed: targets.action_group: The action ` +
				`group "All Computers" is not one of "Default".`,
		},
		"allowed_packages": {
			block: map[string]any{"allowed_packages": []any{"Custom Tagging - Remove Tags"}},
			env:   `["Custom Tagging - Remove Tags"]`,
			says: `ERROR Limit of the organisation: package is not allowed: "Custom Tagging - Add Tags" is not one ` +
				`of "Custom Tagging - Remove Tags".`,
		},
		"denied_packages": {
			block: map[string]any{"denied_packages": []any{"Custom Tagging - Add Tags"}},
			env:   `["Custom Tagging - Add Tags"]`,
			says:  `ERROR Limit of the organisation: package is denied: "Custom Tagging - Add Tags" may not be run.`,
		},
		"require_guard": {
			block: map[string]any{"require_guard": true}, env: "true",
			changes: map[string]any{"guard": map[string]any{"min_endpoints": 1}},
			says: "ERROR Limit of the organisation: guard is missing: A deployment requires a guard with an upper " +
				"limit",
		},
	}
}

// TestLimits checks that each limit holds in the plan and in the invocation of a deployment, from
// the block of the provider and from the environment, and that the error says where it is set.
func TestLimits(t *testing.T) {
	for name, c := range limitCases() {
		config := merged(c.changes)
		t.Run(name+" of the block", func(t *testing.T) {
			s := newTenant(t, simulator.Options{})
			session, said := limitSession(t, s, c.block)
			if strings.Contains(said, "ERROR") {
				t.Fatal(said)
			}
			where := "The limit is limits." + name + " in the provider block. A configuration cannot lift it."
			if said := describe(session.planned(config, nil).Diagnostics); !strings.Contains(said, c.says) ||
				!strings.Contains(said, where) {
				t.Errorf("the plan says %s", said)
			}
			invoked := newActionSession(t, s, s, simulator.DefaultToken)
			if _, err := invoked.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
				TerraformVersion: "1.14.0", Config: session.settings,
			}); err != nil {
				t.Fatal(err)
			}
			if _, said := invoked.invoke(t.Context(), deployType, config); !strings.Contains(describe(said), c.says) {
				t.Errorf("the invocation says %s", describe(said))
			}
			if sent := s.Stats().Operations["actionPerform"]; sent != 0 {
				t.Errorf("%d requests to deploy", sent)
			}
		})
		t.Run(name+" of the environment", func(t *testing.T) {
			t.Setenv(limitVariable(name), c.env)
			s := newTenant(t, simulator.Options{})
			where := "The limit is the environment variable " + limitVariable(name) + " of the machine"
			planned := newSession(t, s, s).planned(config, nil)
			if said := describe(planned.Diagnostics); !strings.Contains(said, c.says) ||
				!strings.Contains(said, where) {
				t.Errorf("the plan says %s", said)
			}
			invoked := newActionSession(t, s, s, simulator.DefaultToken)
			if said := describe(invoked.plan(deployType, config)); !strings.Contains(said, c.says) {
				t.Errorf("the plan of an invocation says %s", said)
			}
			if _, said := invoked.invoke(t.Context(), deployType, config); !strings.Contains(describe(said), c.says) {
				t.Errorf("the invocation says %s", describe(said))
			}
			if sent := s.Stats().Operations["actionPerform"]; sent != 0 {
				t.Errorf("%d requests to deploy", sent)
			}
		})
	}
}

// TestLimitsBeforeDeployment checks that a limit on endpoints holds for the count before a
// deployment, if endpoints come online between the plan and the apply.
func TestLimitsBeforeDeployment(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{
		"max_endpoints":         "ERROR Limit of the organisation: too many endpoints: ",
		"max_endpoints_per_run": "ERROR Limit of the organisation: too many endpoints in one run: ",
	} {
		s := newTenant(t, simulator.Options{})
		s.online(t, false, "100203")
		applying, searches := false, 0
		s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
			if applying && strings.Contains(string(body), "ListScheduledActions") {
				if searches++; searches == 2 { // the first one is the plan's
					s.online(t, true, "100203")
					s.Advance(2 * time.Second) // a count is kept for a second
				}
			}
			return false
		})
		session, _ := limitSession(t, s, map[string]any{name: 2})
		if said := session.planned(tagging(), nil).Diagnostics; hasError(said) {
			t.Fatal(describe(said))
		}
		applying = true
		_, said := session.apply(t.Context(), tagging(), nil)
		if !strings.Contains(describe(said), says) || s.Stats().Operations["actionPerform"] != 0 {
			t.Errorf("%s: the apply says %s", name, describe(said))
		}
	}
}

// TestLimitsTogether checks that the stricter one of two limits decides, whichever it is, and that
// a deployment within both is made.
func TestLimitsTogether(t *testing.T) {
	for name, c := range map[string]struct {
		block   int
		env     string
		refused string
	}{
		"block":       {block: 2, env: "5", refused: "limits.max_endpoints in the provider block"},
		"environment": {block: 5, env: "2", refused: "the environment variable TANIUM_LIMIT_MAX_ENDPOINTS"},
		"none":        {block: 3, env: "3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TANIUM_LIMIT_MAX_ENDPOINTS", c.env)
			s := newTenant(t, simulator.Options{})
			session, _ := limitSession(t, s, map[string]any{"max_endpoints": c.block})
			config := merged(map[string]any{"wait": unwaited()})
			if c.refused == "" {
				if _, said := session.apply(t.Context(), config, nil); hasError(said) {
					t.Error(describe(said))
				}
				s.expectOneDeployment(t)
				return
			}
			said := describe(session.planned(config, nil).Diagnostics)
			if !strings.Contains(said, c.refused) || strings.Count(said, "ERROR") != 1 {
				t.Error(said)
			}
		})
	}
}

// TestLimitPerRun checks that the deployments of a run share a limit, in plan and in apply, that
// the plans of one object count once, and that a new run begins at zero.
func TestLimitPerRun(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session, _ := limitSession(t, s, map[string]any{"max_endpoints_per_run": 7})
	named := func(name string) map[string]any { return merged(map[string]any{"name": name, "wait": unwaited()}) }
	for range 3 {
		if said := session.planned(named("first"), nil).Diagnostics; hasError(said) {
			t.Fatal(describe(said))
		}
	}
	for _, name := range []string{"first", "second"} {
		if _, said := session.apply(t.Context(), named(name), nil); hasError(said) {
			t.Fatal(describe(said))
		}
	}
	const says = "and the other deployments of this run reach 6. At most 7 are allowed together."
	if said := describe(session.planned(named("third"), nil).Diagnostics); !strings.Contains(said, says) {
		t.Error(said)
	}
	session.configure()
	if _, said := session.apply(t.Context(), named("third"), nil); hasError(said) {
		t.Error(describe(said))
	}
}

// TestLimitPerRunOfInvocations checks that a run does not deploy more than its limit even if its
// plans do not see each other, and that what is not deployed does not count.
func TestLimitPerRunOfInvocations(t *testing.T) {
	t.Setenv("TANIUM_LIMIT_MAX_ENDPOINTS_PER_RUN", "5")
	s := newTenant(t, simulator.Options{})
	session := newActionSession(t, s, s, simulator.DefaultToken)
	named := func(name string, more map[string]any) map[string]any {
		config := merged(map[string]any{"name": name, "wait": unwaited()})
		for key, value := range more {
			config[key] = value
		}
		return config
	}
	refused := named("refused", map[string]any{"guard": map[string]any{"max_endpoints": 1}})
	_, said := session.invoke(t.Context(), deployType, refused)
	if !strings.Contains(describe(said), "Too many endpoints") {
		t.Error(describe(said))
	}
	if _, said = session.invoke(t.Context(), deployType, named("first", nil)); hasError(said) {
		t.Fatal(describe(said))
	}
	_, said = session.invoke(t.Context(), deployType, named("second", nil))
	if !strings.Contains(describe(said), "the other deployments of this run reach 3. At most 5 are allowed together.") {
		t.Error(describe(said))
	}
	s.expectOneDeployment(t)
}

// TestLimitsRejected checks limits that are zero, negative, unreadable or name something unknown.
func TestLimitsRejected(t *testing.T) {
	const numbers, arrays = " It must be a whole number of at least 1.", " It must be a JSON array of names"
	for name, c := range map[string]struct {
		variable, value, says string
	}{
		"zero":             {"MAX_ENDPOINTS", "0", `TANIUM_LIMIT_MAX_ENDPOINTS is "0".` + numbers},
		"negative":         {"MAX_ENDPOINTS_PER_RUN", "-1", numbers},
		"a text":           {"MAX_ENDPOINTS", "ten", numbers},
		"no array":         {"ALLOWED_PACKAGES", "Add Tags", arrays},
		"no name":          {"DENIED_PACKAGES", `[""]`, arrays},
		"null":             {"DENIED_PACKAGES", `null`, arrays},
		"no flag":          {"REQUIRE_GUARD", "yes", "It must be true or false."},
		"null in an array": {"ALLOWED_PACKAGES", `[null]`, arrays},
		"empty":            {"MAX_ENDPOINTS", "", numbers + " Unset it for no limit."},
		"misspelt": {"MAX_ENDPOINT", "1", "There is no such limit. Did you mean " +
			"\"TANIUM_LIMIT_MAX_ENDPOINTS\""},
	} {
		var diags diag.Diagnostics
		limits := limitsFrom(nil, []string{"HOME=/", "TANIUM_LIMIT_" + c.variable + "=" + c.value}, &diags)
		if len(diags) > 0 || len(limits) != 1 || len(limits[0].Invalid) != 1 ||
			!strings.Contains(limits[0].Invalid[0].Detail, c.says) {
			t.Errorf("%s: %v %+v", name, diags, limits)
		}
	}
	for name, c := range map[string]struct {
		limits map[string]any
		says   string
	}{
		"an unknown package": {
			limits: map[string]any{"denied_packages": []any{"Custom Tagging - Add Tag"}},
			says: `ERROR Limit of the organisation names something unknown: denied_packages has "Custom Tagging - ` +
				`Add Tag". Tanium has no package`,
		},
		"an unknown action group": {
			limits: map[string]any{"allowed_action_groups": []any{"All Computers", "Al Computers"}},
			says:   `allowed_action_groups has "Al Computers".`,
		},
		"an unknown operation": {
			limits: map[string]any{"denied_packages": []any{"operation:add_tag"}},
			says:   `denied_packages has "operation:add_tag". There is no such operation. Did you mean "add_tags"`,
		},
	} {
		s := newTenant(t, simulator.Options{})
		session, _ := limitSession(t, s, c.limits)
		if said := describe(session.planned(tagging(), nil).Diagnostics); !strings.Contains(said, c.says) {
			t.Errorf("%s: %s", name, said)
		}
	}
	s := newTenant(t, simulator.Options{})
	schemas, err := newSession(t, s, s).server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind := schemas.Provider.ValueType()
	for _, limits := range []map[string]any{
		{"max_endpoints": 0}, {"max_endpoints_per_run": -1}, {"allowed_packages": []any{""}},
	} {
		settings, err := tfprotov6.NewDynamicValue(kind, encode(kind, map[string]any{"limits": limits}))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := newSession(t, s, s).server.ValidateProviderConfig(t.Context(),
			&tfprotov6.ValidateProviderConfigRequest{Config: &settings})
		if err != nil || !hasError(answer.Diagnostics) {
			t.Errorf("%v is accepted: %v", limits, err)
		}
	}
}

// TestLimitsOfOperations checks that limits on packages hold for operations.
func TestLimitsOfOperations(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limits map[string]any
		says   string
	}{
		"allowed":     {limits: map[string]any{"allowed_packages": []any{"operation:add_tags"}}},
		"not allowed": {limits: map[string]any{"allowed_packages": []any{"operation:reboot"}}, says: "is not allowed"},
		"a package": {
			limits: map[string]any{"allowed_packages": []any{"Custom Tagging - Add Tags"}}, says: "is not allowed",
		},
		"denied": {limits: map[string]any{"denied_packages": []any{"operation:add_tags"}}, says: "package is denied"},
	} {
		s := newTenant(t, simulator.Options{})
		session, _ := limitSession(t, s, c.limits)
		said := describe(session.planned(onOperation(), nil).Diagnostics)
		if strings.Contains(said, "ERROR") != (c.says != "") || !strings.Contains(said, c.says) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// TestLimitNeedsCount checks that a source of the preview cannot make the count of a limit smaller.
func TestLimitNeedsCount(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session, _ := limitSession(t, s, map[string]any{"max_endpoints": 5})
	config := merged(map[string]any{"preview": map[string]any{
		"source": map[string]any{"live": map[string]any{"min_percentage": 0.01}, "cached": nil},
	}})
	const says = "ERROR Limit of the organisation: count would not suffice: preview.source.live.min_percentage:"
	if said := describe(session.planned(config, nil).Diagnostics); !strings.Contains(said, says) {
		t.Error(said)
	}
}
