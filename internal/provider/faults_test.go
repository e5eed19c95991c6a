// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/http2front"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestOnceOverHTTP2 checks that a server that ends the HTTP/2 stream or connection after the
// deployment receives the request once, and that the marker finds the deployment.
func TestOnceOverHTTP2(t *testing.T) {
	t.Parallel()
	for _, ending := range http2front.Endings() {
		t.Run(ending.Name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			front := http2front.New(t, s, func(body []byte) *http2front.Ending {
				if bytes.Contains(body, []byte("mutation PerformAction")) {
					return &ending
				}
				return nil
			})
			session := newConfiguredSession(t, s, map[string]tftypes.Value{
				"url":            str(front.URL),
				"api_token":      str(simulator.DefaultToken),
				"ca_certificate": str(string(front.Certificate)),
			})
			state, diagnostics := session.apply(t.Context(), tagging(), nil)
			if hasError(diagnostics) || session.attribute(state, "id") != `tftypes.String<"88001">` {
				t.Error(describe(diagnostics))
			}
			s.expectOneDeployment(t)
		})
	}
}

// TestAccOnceOverHTTP2 is TestOnceOverHTTP2 with Terraform.
func TestAccOnceOverHTTP2(t *testing.T) {
	t.Parallel()
	for _, ending := range http2front.Endings() {
		switch ending.Name {
		case "RST_STREAM PROTOCOL_ERROR", "RST_STREAM REFUSED_STREAM", "GOAWAY NO_ERROR":
		default:
			continue // covered by TestOnceOverHTTP2
		}
		t.Run(ending.Name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			front := http2front.New(t, s, func(body []byte) *http2front.Ending {
				if bytes.Contains(body, []byte("mutation PerformAction")) {
					return &ending
				}
				return nil
			})
			s.url = front.URL
			w := newAttachedWorkspace(t, s, fmt.Sprintf(tagAction, "Blue", ""))
			w.write("provider_override.tf",
				fmt.Sprintf("provider \"tanium\" {\n  ca_certificate = <<EOT\n%sEOT\n}\n", front.Certificate))
			code, output := w.try("apply", "-input=false", "-auto-approve")
			if code != 0 || !strings.Contains(output, "1 added") {
				t.Errorf("exit code %d\n%s", code, output)
			}
			s.expectOneDeployment(t)
		})
	}
}

// TestDeployedMoreThanOnce checks that the provider adopts no deployment if several have the
// marker.
func TestDeployedMoreThanOnce(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	s.intercept(t, func(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
		if !bytes.Contains(body, []byte("mutation PerformAction")) {
			return false
		}
		forward()
		forward()                            // a proxy repeats the request
		w.WriteHeader(http.StatusBadGateway) // and answers with an error
		return true
	})
	session := newSession(t, s, s)
	state, diagnostics := session.apply(t.Context(), tagging(), nil)
	value, err := state.Unmarshal(session.kind())
	if err != nil || !value.IsNull() ||
		!strings.Contains(describe(diagnostics), "ERROR Action was deployed more than once") ||
		!strings.Contains(describe(diagnostics), ": 88001, 88002.") {
		t.Errorf("%v\n%s", err, describe(diagnostics))
	}
}

// TestDeployedMoreThanAnswered checks that a deployment repeated by a proxy is found and cancelled
// after a successful answer.
func TestDeployedMoreThanAnswered(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"error", "ignore"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			s.intercept(t, func(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
				if !bytes.Contains(body, []byte("mutation PerformAction")) {
					return false
				}
				forward()
				send(w, forward())
				return true
			})
			config := tagging()
			config["wait"], config["on_duplicate"] = map[string]any{"enabled": false}, policy
			session := newSession(t, s, s)
			state, diagnostics := session.apply(t.Context(), config, nil)
			if hasError(diagnostics) || !strings.Contains(describe(diagnostics), "cancelled") ||
				!strings.Contains(describe(diagnostics), "88001") {
				t.Error(describe(diagnostics))
			}
			if id := session.attribute(state, "id"); !strings.Contains(id, "88002") {
				t.Errorf("kept %s", id)
			}
			if stats := s.Stats(); stats.Deployments != 2 || stats.OpenScheduledActions != 1 {
				t.Errorf("%+v", stats)
			}
		})
	}
}

// TestKeptActionIsNoDuplicate checks that an action kept by on_destroy is not a duplicate of its
// replacement in the same run, but is one in a later run.
func TestKeptActionIsNoDuplicate(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := tagging()
	config["wait"], config["on_destroy"] = map[string]any{"enabled": false}, "keep"
	first := newSession(t, s, s)
	state, diagnostics := first.apply(t.Context(), config, nil)
	if len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	replacing := newSession(t, s, s)
	replacing.private = first.private // as with -replace: Terraform plans the creation with it
	planned := replacing.plannedWith(config, replacing.dynamic(tftypes.NewValue(replacing.kind(), nil)))
	if diagnostics := replacing.applyGone(state, planned.PlannedPrivate); hasError(diagnostics) {
		t.Fatal(describe(diagnostics))
	}
	replacing.private = nil
	if _, diagnostics := replacing.apply(t.Context(), config, nil); hasError(diagnostics) {
		t.Error(describe(diagnostics))
	}
	_, diagnostics = newSession(t, s, s).apply(t.Context(), config, nil)
	if stats := s.Stats(); !hasError(diagnostics) || stats.Deployments != 2 || stats.OpenScheduledActions != 2 {
		t.Errorf("%+v\n%s", stats, describe(diagnostics))
	}
}

// TestDuplicateBehindAHundred checks that an open duplicate is found behind a hundred deployments
// that are over.
func TestDuplicateBehindAHundred(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := tagging()
	config["wait"], config["on_duplicate"] = map[string]any{"enabled": false}, "ignore"
	var first struct {
		Variables struct{ Input gateway.ActionPerformInput }
	}
	s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
		if bytes.Contains(body, []byte("mutation PerformAction")) && first.Variables.Input.Name == nil {
			if err := json.Unmarshal(body, &first); err != nil {
				t.Error(err)
			}
		}
		return false
	})
	if _, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil); len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	// Deploy it again, as a daily pipeline without a state does.
	s.schedule(t, simulator.DefaultToken, slices.Repeat([]gateway.ActionPerformInput{first.Variables.Input}, 119)...)
	s.Advance(time.Hour)
	if _, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil); len(diagnostics) > 0 {
		t.Fatal(describe(diagnostics))
	}
	config["on_duplicate"] = "error"
	_, diagnostics := newSession(t, s, s).apply(t.Context(), config, nil)
	if !strings.Contains(describe(diagnostics), "scheduled action 88121, deployed by operator") ||
		strings.Contains(describe(diagnostics), "88120") {
		t.Error(describe(diagnostics))
	}
	if stats := s.Stats(); stats.Deployments != 121 {
		t.Errorf("%+v", stats)
	}
}

// TestSimultaneousDeployments checks that of two simultaneous deployments one remains. The other
// run cancels its own, or adopts the first.
func TestSimultaneousDeployments(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"error", "adopt"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			var arrived sync.WaitGroup
			arrived.Add(2)
			s.intercept(t, func(_ http.ResponseWriter, body []byte, _ forwardFunc) bool {
				if bytes.Contains(body, []byte("mutation PerformAction")) {
					arrived.Done()
					arrived.Wait() // both have searched and found nothing
				}
				return false
			})
			config := tagging()
			config["wait"], config["on_duplicate"] = map[string]any{"enabled": false}, policy
			sessions := [2]*session{newSession(t, s, s), newSession(t, s, s)}
			states, said := [2]*tfprotov6.DynamicValue{}, [2]string{}
			var applying sync.WaitGroup
			for i, session := range sessions {
				applying.Go(func() {
					state, diagnostics := session.apply(t.Context(), config, nil)
					states[i], said[i] = state, describe(diagnostics)
				})
			}
			applying.Wait()
			if stats := s.Stats(); stats.Deployments != 2 || stats.OpenScheduledActions != 1 {
				t.Errorf("%+v", stats)
			}
			ids, failed := map[string]int{}, 0
			for i, state := range states {
				value, err := state.Unmarshal(sessions[i].kind())
				if err != nil {
					t.Fatal(err)
				}
				if value.IsNull() {
					failed++
					if !strings.Contains(said[i], "moment: action 6112010 of scheduled action 88001, deployed by") ||
						!strings.Contains(said[i], "cancelled its own deployment, scheduled action 88002") {
						t.Error(said[i])
					}
					continue
				}
				ids[sessions[i].attribute(state, "id")]++
			}
			want := map[string]int{"error": 1, "adopt": 2}[policy]
			if ids[`tftypes.String<"88001">`] != want || failed != 2-want {
				t.Errorf("%v, %d failed: %q", ids, failed, said)
			}
		})
	}
}

// TestAdoptOperation checks that an operation is adopted as a whole if one of its parts is over.
func TestAdoptOperation(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	config := map[string]any{"operation": map[string]any{"add_tags": []any{"Blue"}}, "on_duplicate": "adopt",
		"targets": map[string]any{
			"action_group": map[string]any{"name": "All Computers"},
			"endpoint_ids": []any{"100201", "310011"},
		}}
	first := newSession(t, s, s)
	if _, diagnostics := first.apply(t.Context(), config, nil); len(diagnostics) > 0 { // its state is lost
		t.Fatal(describe(diagnostics))
	}
	if err := s.client(t, simulator.DefaultToken).StopAction(t.Context(), "6112010"); err != nil {
		t.Fatal(err)
	}
	second := newSession(t, s, s)
	state, diagnostics := second.apply(t.Context(), config, nil)
	if hasError(diagnostics) || second.attribute(state, "succeeded") != `tftypes.Bool<"true">` ||
		!strings.Contains(second.attribute(state, "actions"), `"88001"`) ||
		!strings.Contains(second.attribute(state, "actions"), `"88002"`) {
		t.Errorf("%s\n%s", second.attribute(state, "actions"), describe(diagnostics))
	}
	second.unchanged(config, state)
}

// TestLostAnswerWithAnyStatus checks that the provider looks for the deployment after any HTTP
// status, and reports if there is none.
func TestLostAnswerWithAnyStatus(t *testing.T) {
	t.Parallel()
	for _, code := range []int{307, 400, 401, 403, 404, 405, 413, 418, 429, 500, 502, 503, 504} {
		for _, done := range []bool{true, false} {
			t.Run(fmt.Sprint(code, " done ", done), func(t *testing.T) {
				t.Parallel()
				s := newTenant(t, simulator.Options{})
				if err := s.Fail(simulator.Fault{
					Field:  "actionPerform",
					Kind:   simulator.Status,
					Code:   code,
					Effect: done,
				}); err != nil {
					t.Fatal(err)
				}
				session := newSession(t, s, s)
				state, diagnostics := session.apply(t.Context(), tagging(), nil)
				if done {
					if hasError(diagnostics) || session.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
						t.Error(describe(diagnostics))
					}
					s.expectOneDeployment(t)
					return
				}
				if !hasError(diagnostics) || s.Stats().Deployments != 0 {
					t.Errorf("%+v\n%s", s.Stats(), describe(diagnostics))
				}
			})
		}
	}
}

// TestAnswerWithoutID checks that the marker finds a deployment if the answer has no ID.
func TestAnswerWithoutID(t *testing.T) {
	t.Parallel()
	for name, instead := range map[string]string{"null": "null", "empty": `""`, "a number": "88001"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			s.intercept(t, func(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
				if !bytes.Contains(body, []byte("mutation PerformAction")) {
					return false
				}
				answer := forward()
				edited := bytes.Replace(answer.Body.Bytes(), []byte(`"88001"`), []byte(instead), 1)
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write(edited)
				return true
			})
			session := newSession(t, s, s)
			state, diagnostics := session.apply(t.Context(), tagging(), nil)
			if hasError(diagnostics) || session.attribute(state, "id") != `tftypes.String<"88001">` {
				t.Error(describe(diagnostics))
			}
			s.expectOneDeployment(t)
		})
	}
}

// TestImportedBeforeReports checks that an imported action that no endpoint has reported
// for is not finished.
func TestImportedBeforeReports(t *testing.T) {
	t.Parallel()
	for name, targets := range map[string]map[string]any{
		"a group": {
			"action_group":   map[string]any{"name": "All Computers"},
			"computer_group": map[string]any{"name": "All Linux"},
		},
		"a filter": {
			"action_group": map[string]any{"name": "All Computers"},
			"filter":       map[string]any{"member_of": map[string]any{"name": "All Linux"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := tagging()
			config["package"] = map[string]any{
				"name":       "Custom Tagging - Add Tags (Non-Windows)",
				"parameters": []any{"Blue"},
			}
			s := deployWithoutWait(t, simulator.Options{},
				map[string]any{"targets": targets, "package": config["package"]})
			session := newSession(t, s, s)
			answer, err := session.server.ImportResourceState(t.Context(),
				&tfprotov6.ImportResourceStateRequest{TypeName: actionType, ID: "88001"})
			if err != nil || hasError(answer.Diagnostics) {
				t.Fatal(err, describe(answer.Diagnostics))
			}
			imported := answer.ImportedResources[0]
			session.private = imported.Private
			if got := session.attribute(imported.State, "finished"); got != `tftypes.Bool<"false">` {
				t.Errorf("finished is %s", got)
			}
			if got := session.attribute(imported.State, "targeted_endpoint_count"); got != "tftypes.Number<null>" {
				t.Errorf("targeted is %s", got)
			}
			config["targets"] = targets
			state, diagnostics := session.apply(t.Context(), config, imported.State)
			if len(diagnostics) > 0 ||
				!strings.Contains(session.attribute(state, "results"), `"completed":tftypes.Number<"8">`) ||
				s.Stats().Deployments != 1 {
				t.Errorf("%s\n%s", session.attribute(state, "results"), describe(diagnostics))
			}
		})
	}
}

// TestActionNotShown checks that a destroy stops an action that the token cannot read and warns,
// and that a refresh keeps a recent deployment that is not shown.
func TestActionNotShown(t *testing.T) {
	t.Parallel()
	for _, seen := range []bool{true, false} {
		s := newTenant(t, simulator.Options{})
		var hide atomic.Bool
		s.intercept(t, func(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
			if !seen && !hide.Load() && bytes.Contains(body, []byte("ListScheduledActions")) {
				w.Header().Set("Content-Type", "application/json")
				const none = `{"pageInfo":{},"edges":[]}`
				_, _ = io.WriteString(w, `{"data":{"scheduledActions":`+none+`}}`)
				return true
			}
			if !hide.Load() || bytes.Contains(body, []byte("mutation")) {
				return false
			}
			forward()
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"data":{"scheduledAction":null,"action":null}}`)
			return true
		})
		config := tagging()
		config["schedule"] = map[string]any{"expire_seconds": 900, "reissue_seconds": 3600}
		config["wait"] = map[string]any{"enabled": false}
		session := newSession(t, s, s)
		planned := session.planned(config, nil)
		applied, err := session.server.ApplyResourceChange(t.Context(),
			&tfprotov6.ApplyResourceChangeRequest{TypeName: actionType,
				Config:     session.dynamic(encode(session.kind(), config)),
				PriorState: session.dynamic(tftypes.NewValue(session.kind(), nil)), PlannedState: planned.PlannedState})
		if err != nil || hasError(applied.Diagnostics) {
			t.Fatal(err, describe(applied.Diagnostics))
		}
		hide.Store(true)
		refresh := func() (bool, string) {
			read, err := session.server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
				TypeName:     actionType,
				CurrentState: applied.NewState,
				Private:      applied.Private,
			})
			if err != nil {
				t.Fatal(err)
			}
			value, err := read.NewState.Unmarshal(session.kind())
			if err != nil {
				t.Fatal(err)
			}
			return value.IsNull(), describe(read.Diagnostics)
		}
		if !seen {
			if forgotten, said := refresh(); forgotten || !strings.Contains(said, "WARNING Tanium does not show the "+
				"action") {
				t.Errorf("forgotten: %t\n%s", forgotten, said)
			}
			s.Advance(15 * time.Minute)
		}
		if forgotten, said := refresh(); !forgotten ||
			!strings.Contains(said, "WARNING Action was deleted outside of Terraform") {
			t.Errorf("forgotten: %t\n%s", forgotten, said)
		}
		requests := s.requests()
		diagnostics := session.destroy(applied.NewState)
		if sent := requests(); sent["actionStop"] != 1 || sent["scheduledActionDelete"] != 1 ||
			!strings.Contains(describe(diagnostics), "WARNING Cannot verify that the action stopped") {
			t.Errorf("%v\n%s", sent, describe(diagnostics))
		}
	}
}

// TestInterruptedWhileServerHangs checks that an interrupt while the server is unreachable prevents
// the deployment, and that one while the server hangs after the request ends the apply after one
// search.
func TestInterruptedWhileServerHangs(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var searches atomic.Int64
	released := make(chan struct{})
	var sent atomic.Bool
	s.intercept(t, func(_ http.ResponseWriter, body []byte, forward forwardFunc) bool {
		if bytes.Contains(body, []byte("mutation PerformAction")) {
			forward()
			sent.Store(true)
			stop()
			<-released
			return true
		}
		if sent.Load() {
			searches.Add(1)
			<-released
			return true
		}
		return false
	})
	t.Cleanup(func() { close(released) }) // before the server in front closes
	session := newConfiguredSession(t, s, map[string]tftypes.Value{
		"url":             str(s.url),
		"api_token":       str(simulator.DefaultToken),
		"request_timeout": str("300ms"),
	})
	state, diagnostics := session.apply(ctx, tagging(), nil)
	value, err := state.Unmarshal(session.kind())
	if err != nil || !value.IsNull() ||
		!strings.Contains(describe(diagnostics), "ERROR Action may or may not have been deployed") {
		t.Errorf("%v %s", err, describe(diagnostics))
	}
	if searches.Load() != 1 {
		t.Errorf("%d searches", searches.Load())
	}
	s.expectOneDeployment(t)
}

// TestSharedRequestsRefused checks that a server that rejects merged documents receives one in each
// run, and that many actions still work.
func TestSharedRequestsRefused(t *testing.T) {
	t.Parallel()
	for _, code := range []int{400, 403, 413, 422, 500} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			var refused atomic.Int64
			s.intercept(t, func(w http.ResponseWriter, body []byte, _ forwardFunc) bool {
				if !bytes.Contains(body, []byte("_1:")) { // the second of merged queries
					return false
				}
				refused.Add(1)
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(code)
				_, _ = io.WriteString(w, `{"errors":[{"message":"the document is too large"}]}`)
				return true
			})
			session := newSession(t, s, s)
			states, privates := []*tfprotov6.DynamicValue{}, [][]byte{}
			for i := range 3 {
				config := tagging()
				config["name"], config["wait"] = fmt.Sprint("Tag ", i), map[string]any{"enabled": false}
				state, diagnostics := session.apply(t.Context(), config, nil)
				if len(diagnostics) > 0 {
					t.Fatal(describe(diagnostics))
				}
				states, privates = append(states, state), append(privates, session.private)
			}
			once := refused.Load()
			waited, diagnostics := session.wait().apply(t.Context(), map[string]any{
				"scheduled_action_ids":    []any{"88001", "88002", "88003"},
				"targeted_endpoint_count": 9,
			}, nil)
			if len(diagnostics) > 0 || session.wait().attribute(waited, "succeeded") != `tftypes.Bool<"true">` {
				t.Error(describe(diagnostics))
			}
			for i, state := range states {
				session.private = privates[i]
				session.refresh(state)
			}
			if once != 1 || refused.Load() != 1 {
				t.Errorf("%d merged documents, then %d", once, refused.Load()-once)
			}
		})
	}
}

// TestEditedComments checks that the marker survives a server that edits comments, and that the
// apply warns once about a server that drops them.
func TestEditedComments(t *testing.T) {
	t.Parallel()
	config := tagging()
	config["comment"] = strings.Repeat("INC-4711 <urgent> & well-tested, ", 12)
	for _, edited := range []world.Comments{"", world.CommentsCut, world.CommentsUpper, world.CommentsEscaped,
		world.CommentsBlanks} {
		t.Run(string(edited), func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{Unknowns: world.Unknowns{Comments: edited}})
			if err := s.Fail(simulator.Fault{Field: "actionPerform", Kind: simulator.DropAfter}); err != nil {
				t.Fatal(err)
			}
			first := newSession(t, s, s)
			state, diagnostics := first.apply(t.Context(), config, nil)
			if len(diagnostics) > 0 || first.attribute(state, "id") != `tftypes.String<"88001">` {
				t.Error(describe(diagnostics))
			}
			s.expectOneDeployment(t)
			_, diagnostics = newSession(t, s, s).apply(t.Context(), config, nil) // the state is lost
			if !strings.Contains(describe(diagnostics), "ERROR Action is already deployed") {
				t.Error(describe(diagnostics))
			}
			s.expectOneDeployment(t)
		})
	}
	t.Run("dropped", func(t *testing.T) {
		t.Parallel()
		s := newTenant(t, simulator.Options{})
		s.intercept(t, func(w http.ResponseWriter, _ []byte, forward forwardFunc) bool {
			answer := forward()
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(regexp.MustCompile(`"comment":"[^"]*"`).ReplaceAll(answer.Body.Bytes(),
				[]byte(`"comment":""`)))
			return true
		})
		session := newSession(t, s, s)
		state, diagnostics := session.apply(t.Context(), config, nil)
		if hasError(diagnostics) || len(diagnostics) != 1 ||
			!strings.Contains(describe(diagnostics), "WARNING Tanium does not keep the marker of the action") {
			t.Error(describe(diagnostics))
		}
		session.unchanged(config, session.refresh(state))
	})
}

// TestAccCreateBeforeDestroy checks that the destruction of the old object does not cancel an
// action that its replacement has adopted.
func TestAccCreateBeforeDestroy(t *testing.T) {
	t.Parallel()
	for policy, want := range map[string]struct {
		code, deployments int
		says, state       string
	}{
		"adopt": {deployments: 1, says: "Warning: Action is managed by another resource",
			state: "88001 finished succeeded"},
		"error": {code: 1, deployments: 1, says: "scheduled action 88001, deployed by operator",
			state: "88001 finished succeeded"},
		"ignore": {deployments: 2, says: "1 added, 0 changed, 1 destroyed", state: "88002 finished succeeded"},
	} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			w := newAttachedWorkspace(t,
				s, fmt.Sprintf(tagAction,
					"Blue", fmt.Sprintf("  on_duplicate = %q\n  lifecycle { create_before_destroy = true }\n", policy)))
			if code, output := w.try("apply", "-input=false", "-auto-approve"); code != 0 {
				t.Fatal(output)
			}
			code, output := w.try("apply", "-input=false", "-auto-approve", "-replace=tanium_action.tag")
			stats := s.Stats()
			if code != want.code || !strings.Contains(output, want.says) || w.summary() != want.state ||
				stats.Deployments != want.deployments || stats.OpenScheduledActions != 1 {
				t.Errorf("exit code %d, %s, %+v\n%s", code, w.summary(), stats, output)
			}
		})
	}
}
