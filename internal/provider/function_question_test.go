// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// TestQuestionFilter checks what the data source asks Tanium for: the names of parameters, the
// spelling of names, and whether sensors, columns and groups exist.
func TestQuestionFilter(t *testing.T) {
	t.Parallel()
	const beginning = "Get Computer Name from all machines with "
	for text, c := range map[string]struct{ question, says string }{
		`Get Computer Name from all machines with Operating System contains Windows`: {
			question: `Operating System contains "Windows"`,
		},
		`Custom Tag Exists[Pilot] = True`: {question: `Custom Tag Exists["Pilot"] equals "True"`},
		`custom tag exists[Pilot] = True and is windows = True`: {
			question: `( Custom Tag Exists["Pilot"] equals "True" and Is Windows equals "True" )`,
		},
		`Tanium Action Log[17] contains x`:    {question: `Tanium Action Log["17"] contains "x"`},
		`High CPU Processes contains x`:       {question: `High CPU Processes contains "x"`},
		`High CPU Processes[9] contains x`:    {question: `High CPU Processes["9"] contains "x"`},
		`User Sessions:State = Active`:        {question: `User Sessions:State equals "Active"`},
		`user sessions:state = Active`:        {question: `User Sessions:State equals "Active"`},
		`all windows servers`:                 {question: `"All Windows Servers"`},
		`not All Linux and Is Virtual = True`: {question: `( not "All Linux" and Is Virtual equals "True" )`},
		`Is Mac = True and Is Linux = True or Is Windows = True`: {
			question: `( ( Is Mac equals "True" and Is Linux equals "True" ) or Is Windows equals "True" )`,
			says:     "It reads the question as:\n\n" + beginning + `( ( Is Mac`,
		},

		`Get x from all machines`: {says: "ERROR Text is not a filter: At the end: the question has no condition"},
		`Computer Name contains x matching case`: {
			says: `ERROR Text is not a filter: At character 26, "matching": "matching case" has no counterpart`,
		},
		`Is Windws = True and Is Mac = True`: {
			says: `ERROR Unknown sensor: At character 1: Tanium has no sensor "Is Windws" that this token may ` +
				`read. Did you mean "Is Windows"`,
		},
		`Is Mac = True and All Window Servers`: {
			says: `ERROR Unknown computer group: At character 19: Tanium has no computer group with the name ` +
				`"All Window Servers"`,
		},
		`Is Windows`: {
			says: `ERROR Sensor has no operator: At character 1: "Is Windows" is a sensor. An operator and a value ` +
				`must follow it, such as Is Windows equals "True".`,
		},
		`Custom Tag Exists = True`: {
			says: `ERROR Missing sensor parameter: At character 1: The sensor "Custom Tag Exists" needs a value for ` +
				`its parameter "tag".`,
		},
		`Custom Tag Exists[a,b] = True`: {
			says: `ERROR Text is not a filter: At character 1, "Custom Tag Exists": the text gives 2 parameters, and ` +
				`this sensor has 1: tag.`,
		},
		`Is Windows[x] = True`: {says: `At character 1, "Is Windows": this sensor has no parameters.`},
		`User Sessions:Stat = Active`: {
			says: `ERROR Unknown sensor column: At character 1: The sensor "User Sessions" has no column "Stat". ` +
				`Its columns are`,
		},
		`Is Mac = True and User Sessions contains Active`: {
			says: `ERROR Sensor has several columns: At character 19: A question compares the whole row of "User ` +
				`Sessions", and a filter compares one column. Name it, such as "User Sessions":"ID".`,
		},
	} {
		for _, options := range []simulator.Options{{}, {Unknowns: world.Unknowns{MissingIsError: true}}} {
			s := newTenant(t, options)
			state, said := newSession(t, s, s).lookUp("tanium_question_filter", map[string]any{"text": text})
			if !strings.Contains(said, c.says) || (c.says == "") != (said == "") {
				t.Errorf("%s: says %s\nwant %s", text, said, c.says)
			}
			if c.question != "" && textIn(state["question"]) != beginning+c.question {
				t.Errorf("%s: the question is %s, %s", text, textIn(state["question"]), said)
			}
		}
	}
}

// TestQuestionFilterAsksOnce checks that the names of a question are looked up together.
func TestQuestionFilterAsksOnce(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	session := newSession(t, s, s)
	counted := s.requests()
	state, said := session.lookUp("tanium_question_filter", map[string]any{
		"text": `All Windows Servers and Custom Tag Exists[Pilot] = True and (Is Virtual = True or Uptime > 7)`,
	})
	if requests := s.Stats().Requests; said != "" || requests != 1 {
		t.Errorf("%d requests %v, says %s", requests, counted(), said)
	}
	// Names that are spelled otherwise, and names that are missing, are each looked up once.
	before := s.Stats().Requests
	_, said = session.lookUp("tanium_question_filter", map[string]any{
		"text": strings.Repeat(`all linux and is windows = True and is mac = True and Nobody and `, 20) + "Nobody",
	})
	if requests := s.Stats().Requests - before; !strings.Contains(said, `no computer group with the name "Nobody"`) ||
		requests > 12 || strings.Count(said, "ERROR") != 1 {
		t.Errorf("%d requests %v, says %.300s", requests, counted(), said)
	}
	if state["filter"].IsNull() || !state["filter"].IsFullyKnown() || state["filter"].Type().Is(tftypes.String) {
		t.Errorf("the filter is %s", state["filter"])
	}
}

// TestAccQuestion checks the functions and the data source in a configuration: what they return is
// a filter as it is.
func TestAccQuestion(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	failing := []struct{ expression, want string }{
		{`provider::tanium::question_filter("Computer Name contains x matching case")`,
			`at character 26, "matching": "matching case" has no counterpart`},
		{`provider::tanium::question_filter("")`, `the text is empty`},
		{`provider::tanium::question_filter("Custom Tag Exists[Pilot] = True")`,
			`Give the names as another argument`},
		{`provider::tanium::question_filter("Custom Tag Exists[Pilot] = True", ` +
			`{ "Custom Tag Exists" = null })`,
			`the names of the parameters of the sensor "Custom Tag Exists" are null`},
		{`provider::tanium::question({ sensor = { name = "x", params = { y = "1" } }, value = "x" }, ` +
			`{ x = ["y", null] })`, `the name of parameter 2 of the sensor "x" is null`},
		{`provider::tanium::question({ path = "name", value = "x" })`, `no counterpart of the path "name"`},
		{`provider::tanium::question({ sensor = { name = "x" }, valeu = "x" })`,
			`filter.valeu: Unknown key. A filter has no key "valeu". Did you mean "value"?`},
		{`provider::tanium::question({ sensor = { name = "x", params = { y = "1" } }, value = "x" })`,
			`the order of their names is not known. Give the names as another argument`},
		{`provider::tanium::question("x")`, `filter: Wrong type. This must be an object, not the text "x"`},
	}
	var outputs strings.Builder
	for i, each := range failing {
		fmt.Fprintf(&outputs, "output \"x%d\" {\n  value = %s\n}\n", i, each.expression)
	}
	w := newAttachedWorkspace(t, s, outputs.String())
	said := w.reported()
	for i, each := range failing {
		if said := said[fmt.Sprintf("output \"x%d\"", i)]; !strings.Contains(said, each.want) {
			t.Errorf("%s: says %s\nwant %s", each.expression, said, each.want)
		}
	}
	w.write("main.tf", s.config("%s", `
locals {
  text  = "Get Computer Name from all machines with Custom Tag Exists[Pilot] = True or All Linux"
  names = { "Custom Tag Exists" = ["tag"] }
}
data "tanium_question_filter" "asked" { text = local.text }
data "tanium_endpoints" "asked" {
  filter = data.tanium_question_filter.asked.filter
  source {
    live {}
  }
}
data "tanium_endpoints" "pure" {
  filter = provider::tanium::question_filter(local.text, local.names)
  source {
    live {}
  }
}
data "tanium_endpoints" "written" {
  source {
    live {}
  }
  filter = { any = true, filters = [
    { sensor = { name = "Custom Tag Exists", params = { tag = "Pilot" } }, value = "True" },
    { member_of = { name = "All Linux" } },
  ] }
}
output "same" {
  value = (data.tanium_endpoints.asked.ids == data.tanium_endpoints.written.ids
    && data.tanium_endpoints.pure.ids == data.tanium_endpoints.written.ids)
}
output "question" { value = provider::tanium::question(data.tanium_question_filter.asked.filter, local.names) }
output "again" {
  value = (provider::tanium::question_filter(data.tanium_question_filter.asked.question, local.names)
    == data.tanium_question_filter.asked.filter)
}
resource "tanium_action" "x" {
  operation { add_tags = ["Asked"] }
  targets {
    action_group = { name = "All Computers" }
    filter       = data.tanium_question_filter.asked.filter
  }
}
`))
	w.exits(0, "1 added", "apply", "-auto-approve", "-input=false")
	w.outputs(map[string]any{
		"same": true, "again": true, "question": "Get Computer Name from all machines with " +
			`( Custom Tag Exists["Pilot"] equals "True" or "All Linux" )`,
	})
	w.exits(0, "No changes.", "plan", "-detailed-exitcode", "-input=false")
	if sent := s.Stats().Operations["actionPerform"]; sent != 1 {
		t.Errorf("%d deployments", sent)
	}
}
