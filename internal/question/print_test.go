// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/question"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

func TestPrint(t *testing.T) {
	t.Parallel()
	value := func(text string) *string { return &text }
	windows := targeting.Filter{Sensor: &catalog.Sensor{Name: "Is Windows"}, Value: value("True")}
	group := targeting.Filter{MemberOf: &gateway.Ref{Name: "Lab"}}
	negated := func(filter targeting.Filter) targeting.Filter {
		filter.Negated = !filter.Negated
		return filter
	}
	sensor := func(op gateway.FieldFilterOp, name string) targeting.Filter {
		return targeting.Filter{Sensor: &catalog.Sensor{Name: name}, Op: op, Value: value("x")}
	}
	withParams := func(name string, params map[string]string) targeting.Filter {
		return targeting.Filter{Sensor: &catalog.Sensor{Name: name, Params: params}, Value: value("x")}
	}
	for _, c := range []struct {
		filter targeting.Filter
		want   string
	}{
		{windows, `Is Windows equals "True"`},
		{negated(windows), `Is Windows not equals "True"`},
		{group, `Lab`},
		{negated(group), `not Lab`},
		{targeting.Filter{MemberOf: &gateway.Ref{Name: "All Windows"}}, `"All Windows"`},
		{targeting.Filter{MemberOf: &gateway.Ref{Name: "Lab like Prod"}}, `"Lab like Prod"`},
		{targeting.Filter{MemberOf: &gateway.Ref{Name: "Like Prod"}}, `"Like Prod"`},
		{targeting.Filter{MemberOf: &gateway.Ref{Name: "are Online"}}, `"are Online"`},
		{targeting.Filter{MemberOf: &gateway.Ref{Name: "is"}}, `"is"`},
		{sensor("", "do"), `"do" equals "x"`},
		{sensor("", "Where"), `"Where" equals "x"`},
		{targeting.Filter{MemberOf: &gateway.Ref{Name: "Lab -- Berlin"}}, `"Lab -- Berlin"`},
		{sensor("CONTAINS", "a"), `a contains "x"`},
		{negated(sensor("CONTAINS", "a")), `a not contains "x"`},
		{sensor("STARTS_WITH", "a"), `a starts with "x"`},
		{sensor("ENDS_WITH", "a"), `a ends with "x"`},
		{negated(sensor("MATCHES", "a")), `a not matches "x"`},
		{sensor("GTE", "a"), `a >= "x"`},
		{negated(sensor("GTE", "a")), `not a >= "x"`},
		{sensor("", "Crash in X Days"), `"Crash in X Days" equals "x"`},
		{sensor("", "DHCP Enabled?"), `"DHCP Enabled?" equals "x"`},
		{sensor("", `a "b"`), `"a ""b""" equals "x"`},
		{
			targeting.Filter{
				Sensor: &catalog.Sensor{
					Name: "Registry Value Data", Column: "Row in File",
					Params: map[string]string{"strKey": `HKLM\a,b`, "strValue": ""},
				},
				Value: value(`say "hi"`),
			}, `Registry Value Data["HKLM\a,b", ""]:"Row in File" equals "say ""hi"""`,
		},
		{targeting.Filter{Filters: []targeting.Filter{windows, group}}, `( Is Windows equals "True" and Lab )`},
		{
			targeting.Filter{Filters: []targeting.Filter{
				windows, {Any: true, Filters: []targeting.Filter{group, windows}},
			}},
			`( Is Windows equals "True" and ( Lab or Is Windows equals "True" ) )`,
		},
		{
			targeting.Filter{Negated: true, Any: true, Filters: []targeting.Filter{windows, group}},
			`not ( Is Windows equals "True" or Lab )`,
		},
		{targeting.Filter{Any: true, Filters: []targeting.Filter{windows}}, `Is Windows equals "True"`},
		{targeting.Filter{Negated: true, Filters: []targeting.Filter{negated(windows)}}, `Is Windows equals "True"`},
	} {
		got, err := question.Print(c.filter, names)
		if want := "Get Computer Name from all machines with " + c.want; got != want || err != nil {
			t.Errorf("got %s, %v\nwant %s", got, err, want)
		}
	}
	for _, c := range []struct {
		filter targeting.Filter
		want   string
	}{
		{targeting.Filter{Path: "name", Value: value("x")}, `no counterpart of the path "name"`},
		{targeting.Filter{MemberOf: &gateway.Ref{ID: "7"}}, "the filter has the ID 7"},
		{sensor("READ_AFTER", "a"), "no counterpart of the operator READ_AFTER"},
		{negated(sensor("UPDATED_AFTER", "a")), "no counterpart of the operator UPDATED_AFTER"},
		{targeting.Filter{}, "no condition"},
		{targeting.Filter{Filters: []targeting.Filter{}}, "no condition"},
		{
			targeting.Filter{Sensor: &catalog.Sensor{Name: "a"}, Value: value("b\u200bc")},
			`the value "b\u200bc" has the character U+200B, which is not visible in a question`,
		},
		{withParams("a", map[string]string{"x": "1\n"}), `the value "1\n" has the character U+000A`},
		{nested(windows, 51), "nests deeper than 50 lists"},
		{targeting.Filter{Filters: []targeting.Filter{windows, {Path: "name", Value: value("x")}}}, "the path"},
		{
			withParams("b", map[string]string{"x": "1"}),
			`order of their names is not known`,
		},
		{
			withParams("a", map[string]string{"y": "1"}),
			`by position: x, y. The filter leaves one out`,
		},
		{
			withParams("a", map[string]string{"x": "1", "z": "2"}),
			`or has one with another name`,
		},
	} {
		if got, err := question.Print(c.filter, names); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %q, %v, want %s", c.filter, got, err, c.want)
		}
	}
}

// nested returns a filter in a number of lists.
func nested(filter targeting.Filter, depth int) targeting.Filter {
	for i := range depth {
		group := targeting.Filter{MemberOf: &gateway.Ref{Name: "x"}}
		filter = targeting.Filter{Any: i%2 == 0, Filters: []targeting.Filter{group, filter}}
	}
	return filter
}

// TestDeepestIsParsed checks that the deepest filter that is printed can be parsed.
func TestDeepestIsParsed(t *testing.T) {
	t.Parallel()
	printed, err := question.Print(nested(targeting.Filter{MemberOf: &gateway.Ref{Name: "x"}}, 50), names)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := question.Parse(printed); err != nil {
		t.Error(err)
	}
}

// TestPrintedIsParsed checks that a printed filter, parsed again, is the same filter, as a whole
// question and as its conditions.
func TestPrintedIsParsed(t *testing.T) {
	t.Parallel()
	cases := uint64(4_000)
	if os.Getenv("TANIUM_TEST_EVERYTHING") != "" {
		cases = 20_000
	}
	for seed := range cases {
		filter := randomFilter(rand.New(rand.NewPCG(seed, 1)), 0)
		printed, err := question.Print(filter, names)
		if err != nil {
			t.Fatalf("%+v: %v", filter, err)
		}
		alone := strings.TrimPrefix(printed, "Get Computer Name from all machines with ")
		for _, text := range []string{printed, alone} {
			parsed, err := question.Parse(text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			again, err := parsed.Condition.Filter(names)
			if err != nil || parsed.Mixed != 0 || !reflect.DeepEqual(again, filter) {
				t.Fatalf("%s\n%+v\n%+v, %v", text, render(filter), render(again), err)
			}
		}
	}
}

// randomName returns a name of words that the parser knows, in any case, and of others.
func randomName(random *rand.Rand) string {
	known := strings.Fields("all and any are case computers contain containing contains do does doesn't don't end " +
		"ending ends entities eq -eq equal equals every from get greater having ignoring ilike in is isn't less like " +
		"-like machines match -match matches matching my -ne not -notlike or regex servers start starting starts " +
		"than the to where with Lab x / -")
	words := make([]string, 1+random.IntN(3))
	for i := range words {
		words[i] = known[random.IntN(len(known))]
		switch random.IntN(3) {
		case 0:
			words[i] = strings.ToUpper(words[i])
		case 1:
			words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
		}
	}
	return strings.Join(words, " ")
}

// randomFilter returns a filter without lists of one, which print as their only filter.
func randomFilter(random *rand.Rand, depth int) targeting.Filter {
	text := func() string {
		pieces := []string{
			"Windows", "in", "not", "contains", "is equal to", "and", "or", `"`, `""`, "?", "?maxAge=", ":", "[", "]",
			"(", ")", ",", ".", "$", " ", "  ", "\n", "ä", "“", "=", "!=", ">", "~", "=~", ";", "--", "#", "`",
			"with", "Get", "from all machines",
			"having", "like", "is", "matching case", "All", "x", "starts with", "does", "\\", "|", "0", "'",
		}
		var made strings.Builder
		for range 1 + random.IntN(4) {
			made.WriteString(pieces[random.IntN(len(pieces))])
			if random.IntN(2) == 0 {
				made.WriteByte(' ')
			}
		}
		return made.String()
	}
	name := func() string {
		if random.IntN(2) == 0 {
			return randomName(random)
		}
		return text()
	}
	visible := func() string { return strings.ReplaceAll(text(), "\n", "/") } // a value must be visible
	negated := random.IntN(3) == 0
	switch choice := random.IntN(6); {
	case choice == 0 && depth < 4:
		filter := targeting.Filter{Any: random.IntN(2) == 0, Negated: negated}
		for range 2 + random.IntN(3) {
			filter.Filters = append(filter.Filters, randomFilter(random, depth+1))
		}
		return filter
	case choice == 1:
		return targeting.Filter{MemberOf: &gateway.Ref{Name: name()}, Negated: negated}
	default:
		ops := []gateway.FieldFilterOp{"", "CONTAINS", "STARTS_WITH", "ENDS_WITH", "MATCHES", "GT", "GTE", "LT", "LTE"}
		value := visible()
		if random.IntN(9) == 0 {
			value = ""
		}
		sensor := &catalog.Sensor{Name: name()}
		if random.IntN(3) == 0 {
			sensor.Name, sensor.Params = "a", map[string]string{"x": visible()}
			if random.IntN(2) == 0 {
				sensor.Params["y"] = ""
			}
		}
		if random.IntN(4) == 0 {
			sensor.Column = name()
		}
		return targeting.Filter{Sensor: sensor, Op: ops[random.IntN(len(ops))], Value: &value, Negated: negated}
	}
}

// FuzzParse checks that any text is an error with a place in it, or a filter that is the same after
// it was printed and parsed again.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`a contains 'b'`, `a = O'Brien`, "a = \"'b\u200b'\"", "a =~ `b`", `a["’x"] = ‘b`, "a = b\u00a0c -- d; e",
		`Get Computer Name from all machines with Operating System contains "Windows"`,
		`a[1, "b"]:c not matches "x" or All Lab`,
		`not (a = 1 and (b != 2 or c >= 3))?`, `a having a:b contains """"`,
		`from all entities where DHCP Enabled? = x.y`,
		`"Like Prod" and not "where do" or Is Windows = True and "are":"is like" < 1`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := question.Parse(text)
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without text")
			}
			return
		}
		letters := func(string) ([]string, bool) { return strings.Split("abcdefghijklmnopqrstuvwxyz", ""), true }
		filter, err := parsed.Condition.Filter(letters)
		if err != nil {
			return // more parameters than letters
		}
		checkValues(t, text, filter)
		printed, err := question.Print(filter, letters)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		again, err := question.Parse(printed)
		if err != nil {
			t.Fatalf("%q: %q: %v", text, printed, err)
		}
		refiltered, err := again.Condition.Filter(letters)
		if err != nil || !reflect.DeepEqual(filter, refiltered) {
			t.Fatalf("%q: %q: %+v, %+v, %v", text, printed, filter, refiltered, err)
		}
	})
}

// checkValues checks that each value has visible characters only, and begins and ends with another
// quotation mark than Tanium's only if the text has it within Tanium's.
func checkValues(t *testing.T, text string, filter targeting.Filter) {
	t.Helper()
	values := map[string]string{}
	if filter.Value != nil {
		values[""] = *filter.Value
	}
	if filter.Sensor != nil {
		maps.Copy(values, filter.Sensor.Params)
	}
	for _, value := range values {
		isInvisible := func(r rune) bool {
			return r != ' ' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z)
		}
		if strings.ContainsFunc(value, isInvisible) {
			t.Fatalf("%q: %q has a character that is not visible", text, value)
		}
		within := strings.Contains(text, `"`+strings.ReplaceAll(value, `"`, `""`)+`"`)
		if marks := "'`\"´‘’‚‛“”„‟«»‹›＂＇"; strings.Trim(value, marks) != value && !within {
			t.Fatalf("%q: %q has a quotation mark", text, value)
		}
	}
	for _, child := range filter.Filters {
		checkValues(t, text, child)
	}
}

// BenchmarkParse parses a long text. The time per condition does not depend on the length.
func BenchmarkParse(b *testing.B) {
	for _, one := range []string{"ä = 1 or ", "Lab or ", "a having a:b = 1 or ", "Lab and "} {
		for _, conditions := range []int{100, 10_000} {
			text := strings.Repeat(one, conditions-1) + "ä = 1"
			b.Run(one+strconv.Itoa(conditions), func(b *testing.B) {
				for b.Loop() {
					if _, err := question.Parse(text); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*conditions), "ns/condition")
			})
		}
	}
}
