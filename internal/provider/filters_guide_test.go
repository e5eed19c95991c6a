// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// guideText returns the source of a guide.
func guideText(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// reflow replaces line breaks by spaces.
func reflow(text string) string { return strings.Join(strings.Fields(text), " ") }

// guideExample is an example of the guide to filters.
type guideExample struct {
	// code is a filter, an argument of a data source, a block of an action, or a configuration.
	code string
	// says is the error that the guide quotes below the example; empty if the example works.
	says string
	// refused is set if the guide says that the simulator refuses a valid form.
	refused bool
	// file is the file with the example.
	file string
}

// filterExamples returns the code blocks and the examples of operators in the guide to filters.
func filterExamples(t *testing.T) []guideExample {
	t.Helper()
	text := guideText(t, "filters.md")
	var examples []guideExample
	block := regexp.MustCompile("(?s)```(\\w+)\n(.*?)\n```")
	end := 0
	for _, at := range block.FindAllStringSubmatchIndex(text, -1) {
		switch kind, code := text[at[2]:at[3]], text[at[4]:at[5]]; {
		case kind == "terraform":
			examples = append(examples, guideExample{code: code})
		case kind == "text" && strings.TrimSpace(text[end:at[0]]) == "":
			examples[len(examples)-1].says = code
		default:
			t.Errorf("a block of %s is no example: %s", kind, code)
		}
		end = at[1]
	}
	row := regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| [^|]+ \\| `(.*)` \\|$")
	operators := map[gateway.FieldFilterOp]bool{}
	for _, found := range row.FindAllStringSubmatch(text, -1) {
		operators[gateway.FieldFilterOp(found[1])] = true
		if found[1] != "EQ" && !strings.Contains(found[2], found[1]) {
			t.Errorf("%s is not in its example: %s", found[1], found[2])
		}
		refused := found[1] == "READ_AFTER" || found[1] == "UPDATED_AFTER"
		examples = append(examples, guideExample{code: strings.ReplaceAll(found[2], `\|`, "|"), refused: refused})
	}
	for _, op := range gateway.AllFieldFilterOp {
		if !operators[op] {
			t.Errorf("%s is not documented", op)
		}
	}
	return examples
}

// configuration returns a configuration with the example. An example that works must find at least
// one endpoint.
func (e guideExample) configuration(name string) string {
	list := "data \"tanium_endpoints\" %q {\n%s\n  source {\n    live {}\n  }\n"
	if e.says == "" && !e.refused {
		list += "  lifecycle {\n    postcondition {\n      condition     = self.total_count > 0\n" +
			"      error_message = \"It finds ${self.total_count} endpoints.\"\n    }\n  }\n"
	}
	list += "}\n"
	switch {
	case strings.HasPrefix(e.code, "{"):
		return fmt.Sprintf(list, name, "  filter = "+e.code)
	case strings.HasPrefix(e.code, "sensors = "):
		return fmt.Sprintf(list, name, "  filter = { member_of = { name = \"All Windows\" } }\n"+e.code)
	case strings.HasPrefix(e.code, "targets {"):
		return fmt.Sprintf("resource \"tanium_action\" %q {\n  package {\n    name       = \"Custom Tagging - Add "+
			"Tags\"\n    parameters = [\"Blue\"]\n  }\n%s\n}\n", name, e.code)
	default:
		return e.code
	}
}

// errorsByFile runs a Terraform command that prints JSON and returns the errors of each file.
func errorsByFile(t *testing.T, w *workspace, arguments ...string) map[string]string {
	t.Helper()
	type diagnostic struct {
		Severity, Summary, Detail string
		Range                     struct{ Filename string }
	}
	output, _ := w.command(arguments).Output() // a failure is a result
	said, lines := map[string]string{}, 0
	for line := range strings.Lines(reflowJSON(output)) {
		var answer struct {
			Diagnostic  *diagnostic
			Diagnostics []diagnostic
		}
		if err := json.Unmarshal([]byte(line), &answer); err != nil {
			t.Fatalf("%v: %.500s", err, line)
		}
		lines++
		if answer.Diagnostic != nil {
			answer.Diagnostics = append(answer.Diagnostics, *answer.Diagnostic)
		}
		for _, d := range answer.Diagnostics {
			if d.Severity == "error" {
				said[d.Range.Filename] += "Error: " + d.Summary + "\n\n" + d.Detail + "\n"
			}
		}
	}
	if lines == 0 {
		t.Fatalf("%v printed nothing", arguments)
	}
	return said
}

// reflowJSON converts an output with one JSON document on each line.
func reflowJSON(output []byte) string {
	var lines strings.Builder
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var document json.RawMessage
		if decoder.Decode(&document) != nil {
			return lines.String()
		}
		lines.WriteString(strings.ReplaceAll(string(document), "\n", " ") + "\n")
	}
}

// TestAccFiltersGuide checks that each example of the guide to filters finds endpoints or has the
// error that the guide quotes. Each example is in its own file of one configuration. Those that
// pass "validate" are planned.
func TestAccFiltersGuide(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, "")
	examples := filterExamples(t)
	for i := range examples {
		examples[i].file = fmt.Sprintf("x%d.tf", i)
		w.write(examples[i].file, examples[i].configuration(fmt.Sprint("x", i)))
	}
	said := errorsByFile(t, w, "validate", "-json")
	if s.Stats().Requests > 0 {
		t.Errorf("validate sent %+v", s.Stats())
	}
	for file := range said {
		if err := os.Remove(filepath.Join(w.folder, file)); err != nil {
			t.Fatal(file, said[file], err)
		}
	}
	for file, text := range errorsByFile(t, w, "plan", "-json", "-input=false") {
		said[file] += text
	}
	working, mistakes := 0, 0
	for _, e := range examples {
		text := reflow(said[e.file])
		switch summary, detail, _ := strings.Cut(e.says, "\n"); {
		case e.refused && !strings.Contains(text, "is not supported by this source"),
			!e.refused && e.says == "" && text != "",
			e.says != "" && (!strings.Contains(text, reflow(summary)) || !strings.Contains(text, reflow(detail))):
			t.Errorf("%s\n\nsays: %s\nnot: %s", e.code, text, reflow(e.says))
		case e.says == "":
			working++
		default:
			mistakes++
		}
	}
	if working < 25 || mistakes < 20 || s.Stats().Deployments > 0 {
		t.Errorf("%d examples work, %d are mistakes, %+v", working, mistakes, s.Stats())
	}
}

// TestAccFiltersGuideSpellings checks that equivalent forms of a filter plan no change, and another
// order of a list does.
func TestAccFiltersGuideSpellings(t *testing.T) {
	t.Parallel()
	_, section, _ := strings.Cut(guideText(t, "filters.md"), "\n### Spellings of the same filter\n")
	section, _, _ = strings.Cut(section, "\n## ")
	found := regexp.MustCompile("(?s)```terraform\n(.*?)\n```").FindAllStringSubmatch(section, -1)
	if len(found) != 2 {
		t.Fatalf("%d spellings", len(found))
	}
	s := newTenant(t, simulator.Options{})
	step := func(filter string) string {
		return s.config("resource \"tanium_action\" \"x\" {\n  package {\n    name       = \"Custom Tagging - Add "+
			"Tags\"\n    parameters = [\"Blue\"]\n  }\n  targets {\n    action_group = { name = \"All Windows\" }\n"+
			"    filter       = %s\n  }\n  wait { enabled = false }\n}\n", filter)
	}
	one, other := found[0][1], found[1][1]
	const list = "{ filters = [%s, %s] }"
	tagged := `{ sensor = { name = "OS Platform" }, value = "Windows" }`
	w := newAttachedWorkspace(t, s, "")
	for _, c := range []struct {
		filter, command string
		code            int // 2 for a change
	}{
		{filter: one, command: "apply"},
		{filter: other, command: "plan"},
		{filter: fmt.Sprintf(list, one, tagged), command: "apply"},
		{filter: fmt.Sprintf(list, other, tagged), command: "plan"},
		{filter: fmt.Sprintf(list, tagged, one), command: "plan", code: 2},
	} {
		w.write("main.tf", step(c.filter))
		more := map[string]string{"apply": "-auto-approve", "plan": "-detailed-exitcode"}[c.command]
		w.exits(c.code, "", c.command, more)
	}
}
