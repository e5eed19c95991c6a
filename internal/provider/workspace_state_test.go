// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// savedState is what the state file of a workspace has. Tests read the file, because "terraform
// show" takes as long as a plan.
type savedState struct {
	Outputs   map[string]struct{ Value any }
	Resources []struct {
		Module, Mode, Type, Name string
		Instances                []savedInstance
	}
}

// savedInstance is an object in the state.
type savedInstance struct {
	Index           any `json:"index_key"`
	Deposed, Status string
	Attributes      map[string]any
}

// in returns the workspace for a test within that of the workspace.
func (w *workspace) in(t *testing.T) *workspace {
	t.Helper()
	within := *w
	within.t = t
	return &within
}

// state returns the state; empty if there is none.
func (w *workspace) state() savedState {
	w.t.Helper()
	var state savedState
	encoded, err := os.ReadFile(filepath.Join(w.folder, "terraform.tfstate"))
	if errors.Is(err, fs.ErrNotExist) {
		return state
	}
	if err != nil {
		w.t.Fatal(err)
	}
	if err := json.Unmarshal(encoded, &state); err != nil {
		w.t.Fatal(err)
	}
	return state
}

// action returns the first action in the root module of the state; nil if there is none.
func (state savedState) action() *savedInstance {
	for _, resource := range state.Resources {
		if resource.Module == "" && resource.Type == actionTypeName && len(resource.Instances) > 0 {
			return &resource.Instances[0]
		}
	}
	return nil
}

// summary returns the ID of an action and whether it is finished, succeeded and tainted.
func (action savedInstance) summary() string {
	words := fmt.Sprint(action.Attributes["id"])
	for _, each := range []struct {
		is   bool
		word string
	}{
		{action.Attributes["finished"] == true, "finished"},
		{action.Attributes["succeeded"] == true, "succeeded"}, {action.Status == "tainted", "tainted"},
	} {
		if each.is {
			words += " " + each.word
		}
	}
	return words
}

// objects returns the objects in the root module by their addresses.
func (state savedState) objects() map[string]savedInstance {
	objects := map[string]savedInstance{}
	for _, resource := range state.Resources {
		address := resource.Type + "." + resource.Name
		if resource.Mode == "data" {
			address = "data." + address
		}
		for _, instance := range resource.Instances {
			if resource.Module != "" || instance.Deposed != "" {
				continue
			}
			if instance.Index != nil {
				objects[fmt.Sprintf("%s[%s]", address, asJSON(instance.Index))] = instance
			} else {
				objects[address] = instance
			}
		}
	}
	return objects
}

// expects compares attributes of an object in the state. A name leads into objects and lists, as
// "actions.0.status" does, and "actions.#" is a length.
func (w *workspace) expects(address string, want map[string]any) {
	w.t.Helper()
	object, found := w.state().objects()[address]
	if !found {
		w.t.Errorf("the state has no %s", address)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got, want := asJSON(valueAt(object.Attributes, name)), asJSON(want[name]); got != want {
			w.t.Errorf("%s: %s is %s, want %s", address, name, got, want)
		}
	}
}

// outputs compares outputs in the state.
func (w *workspace) outputs(want map[string]any) {
	w.t.Helper()
	outputs := w.state().Outputs
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got, want := asJSON(outputs[name].Value), asJSON(want[name]); got != want {
			w.t.Errorf("the output %s is %s, want %s", name, got, want)
		}
	}
}

// valueAt returns the value that a name leads to; a text that says so if there is none.
func valueAt(value any, name string) any {
	for step := range strings.SplitSeq(name, ".") {
		absent := "(there is no " + step + ")"
		switch within := value.(type) {
		case map[string]any:
			if _, found := within[step]; !found {
				return absent
			}
			value = within[step]
		case []any:
			if step == "#" {
				return len(within)
			}
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(within) {
				return absent
			}
			value = within[i]
		default:
			return absent
		}
	}
	return value
}

// asJSON encodes a value, so that a number of a state is the number of a test.
func asJSON(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(encoded)
}

// reported plans, and returns what the errors of each block say, by the context that Terraform
// names, such as `output "x"`. A plan of many blocks with an error each takes one command.
func (w *workspace) reported() map[string]string {
	w.t.Helper()
	output, err := w.command([]string{"plan", "-input=false", "-json"}).Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	said := map[string]string{}
	for line := range strings.Lines(string(output)) {
		var message struct {
			Diagnostic struct {
				Severity, Summary, Detail string
				Snippet                   struct{ Context, Code string }
			}
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			w.t.Fatalf("%v: %s", err, line)
		}
		if one := message.Diagnostic; one.Severity == "error" {
			said[one.Snippet.Context] += reflow(one.Snippet.Code+" "+one.Summary+" "+one.Detail) + "\n"
		}
	}
	return said
}
