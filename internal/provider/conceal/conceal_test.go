// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package conceal

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

// TestConceal checks the spellings of a secret that a server, a script or a message can have.
func TestConceal(t *testing.T) {
	t.Parallel()
	encoded := regexp.MustCompile("%[0-9A-F]{2}")
	const hidden = Placeholder
	quoted := func(text string) string {
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Trim(string(encoded), `"`)
	}
	for _, secret := range []string{
		"hunter2", "p@ss_word-1", `a"b\c%d<e>&f`, "hunter  two", "tab\there", "größe-ß", "key\nMIIEabc\nMIIEdef",
		strings.Repeat("long", 100),
	} {
		lower := encoded.ReplaceAllStringFunc(url.QueryEscape(secret), strings.ToLower)
		forms := []string{
			secret, url.QueryEscape(secret), url.PathEscape(secret), quoted(secret),
			strings.Join(strings.Fields(secret), " "),
			strings.ReplaceAll(strings.ReplaceAll(lower, "_", "%5f"), "-", "%2d"),
		}
		for _, form := range forms {
			got := Of([]string{secret}).Text("login with " + form + " failed")
			if strings.Join(strings.Fields(got), " ") != "login with "+hidden+" failed" {
				t.Errorf("%q as %q: %q", secret, form, got)
			}
		}
		if cut := []rune(strings.TrimSpace(secret)); len(cut) > 6 {
			if got := Of([]string{secret}).Text("x " + string(cut[:6]) + "…"); got != "x "+hidden {
				t.Errorf("%q cut: %q", secret, got)
			}
		}
	}
	lines := Of([]string{"-----BEGIN KEY-----\nMIIEabc\nabc\nMIIEdef"})
	if got := lines.Text("| MIIEabc\n| abc\n| MIIEdef"); got != "| "+hidden+"\n| abc\n| "+hidden {
		t.Errorf("%q", got)
	}
	if got := Of([]string{"abc", ""}).Text("abc 17"); got != "abc 17" {
		t.Errorf("a short text is no secret: %q", got)
	}
	if got := Of([]string{"hunter2", "hunter"}).Text("hunter2 hunter"); got != hidden+" "+hidden {
		t.Errorf("%q", got)
	}
	diags := diag.Diagnostics{
		diag.NewAttributeWarningDiagnostic(path.Root("name"), "hunter2", "x"), diag.NewErrorDiagnostic("x", "hunter2"),
		diag.NewErrorDiagnostic("x", "y"),
	}
	Of([]string{"hunter2"}).Within(&diags)
	if want := (diag.Diagnostics{
		diag.NewAttributeWarningDiagnostic(path.Root("name"), hidden, "x"), diag.NewErrorDiagnostic("x", hidden),
		diag.NewErrorDiagnostic("x", "y"),
	}); !diags.Equal(want) {
		t.Errorf("%+v", diags)
	}
}

// TestConcealLogs checks the messages that are logged in the context of a concealment.
func TestConcealLogs(t *testing.T) {
	t.Parallel()
	var logged bytes.Buffer
	ctx := Of([]string{"hunter2"}).Logs(tflogtest.RootLogger(t.Context(), &logged))
	LogInfo(ctx, "login with HUNTER2", map[string]any{"status": `\u0068unter2`, "endpoints": 17})
	entries, err := tflogtest.MultilineJSONDecode(&logged)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	if got := entries[0]; got["@message"] != "login with "+Placeholder || got["status"] != Placeholder ||
		got["endpoints"] != 17.0 {
		t.Errorf("%v", got)
	}
}
