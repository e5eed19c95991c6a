// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question_test

import (
	"fmt"
	"strings"
	"testing"
)

// unescape returns what an HCL string means.
func unescape(text string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, "$${", "${", "%%{", "%{").Replace(text)
}

// TestForeignMarks checks that a value in quotation marks that Tanium does not know is an error,
// and that the spelling in the message gives the value.
func TestForeignMarks(t *testing.T) {
	t.Parallel()
	const advice = `use straight double quotation marks, which an HCL string writes as \"`
	for text, want := range map[string]string{
		`'Pilot'`:           `\"Pilot\"`,
		`'Pilot ring'`:      `\"Pilot ring\"`,
		`'Pilot`:            `\"Pilot\"`,
		`Pilot'`:            `\"Pilot\"`,
		"`Pilot`":           `\"Pilot\"`,
		"``Pilot''":         `\"` + "`Pilot'" + `\"`,
		`“Pilot”`:           `\"Pilot\"`,
		`„Pilot“`:           `\"Pilot\"`,
		`‘Pilot’`:           `\"Pilot\"`,
		`Pilot’`:            `\"Pilot\"`,
		`‚Pilot‘`:           `\"Pilot\"`,
		`«Pilot»`:           `\"Pilot\"`,
		`« Pilot »`:         `\"Pilot\"`,
		`»Pilot«`:           `\"Pilot\"`,
		`‹Pilot›`:           `\"Pilot\"`,
		`＂Pilot＂`:           `\"Pilot\"`,
		`＇Pilot＇`:           `\"Pilot\"`,
		`´Pilot´`:           `\"Pilot\"`,
		`「Pilot」`:           `\"Pilot\"`,
		`'Pilot"`:           `\"Pilot\"`,
		`“Pilot"`:           `\"Pilot\"`,
		`'O'Brien'`:         `\"O'Brien\"`,
		`'say "hi"'`:        `\"say \"\"hi\"\"\"`,
		`'C:\x'`:            `\"C:\\x\"`,
		`'${x}'`:            `\"$${x}\"`,
		`''`:                `\"\"`,
		`ring of 'Pilot'`:   `\"Pilot\"`,
		`dogs' ring`:        `\"dogs\"`,
		`b”c`:               `\"b”c\"`,
		`'`:                 "",
		"'Pi\u200blot'":     "",
		`'` + word(61, `'`): "",
	} {
		got := parse("a not contains " + text)
		_, example, _ := strings.Cut(got, advice)
		example, _, _ = strings.Cut(strings.TrimPrefix(example, ": "), ". Put the whole value")
		if !strings.Contains(got, advice) || example != want {
			t.Errorf("%s: %s\nwant %s", text, got, want)
		}
		if want == "" {
			continue
		}
		value := strings.TrimSuffix(strings.TrimPrefix(unescape(want), `"`), `"`)
		value = strings.ReplaceAll(value, `""`, `"`)
		if got, want := parse("a not contains "+unescape(example)), fmt.Sprintf("!a CONTAINS %q", value); got != want {
			t.Errorf("%s: the example gives %s, not %s", text, got, want)
		}
	}
	for _, text := range []string{`a['Pilot'] = True`, `a["x", 'y'] = True`, `'a' = True`, `a:'b' = x`, `not 'Lab'`} {
		if got := parse(text); !strings.Contains(got, advice+`: \"`) {
			t.Errorf("%s: %s", text, got)
		}
	}
	for _, text := range []string{`a = "Pilot'`, `a = "Pilot”`, `a = Pilot"`, `a["x'] = True`} {
		if got := parse(text); !strings.Contains(got, `is not closed: end the text with the same mark, \" in an HCL`) {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// word returns a word of a length, and its end.
func word(length int, end string) string { return strings.Repeat("x", length) + end }

// TestInvisible checks that a character that is not visible is an error in each kind of value, and
// that spaces around a condition are of any kind.
func TestInvisible(t *testing.T) {
	t.Parallel()
	for _, r := range "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e\u061c\u3164\u2800\u034f\x01\x7f" {
		want := fmt.Sprintf("remove this character, which is not visible (%U)", r)
		for _, text := range []string{`a = x%cy`, `a = "x%c"`, `a = "%c"`, `a[x%c] = y`, `a["%cx"] = y`} {
			if got := parse(fmt.Sprintf(text, r)); !strings.Contains(got, want) {
				t.Errorf("%s: %s, want %s", text, got, want)
			}
		}
	}
	for _, r := range "\u00a0\u2007\u2009\u202f\u3000\u1680\u2028\u0085\t\n\r\v" {
		want := fmt.Sprintf("write a usual space in place of this character, which is another one (%U)", r)
		for _, text := range []string{`a = x%cy`, `a = "x%c"`, `a = "%c"`, `a[x%cy] = y`, `a["%cx"] = y`} {
			if got := parse(fmt.Sprintf(text, r)); !strings.Contains(got, want) {
				t.Errorf("%s: %s, want %s", text, got, want)
			}
		}
		if got := parse(fmt.Sprintf("a%[1]c=%[1]c\"x y\"%[1]c", r)); got != `a EQ "x y"` {
			t.Errorf("%U: %s", r, got)
		}
	}
	if got := parse("a = \"xy\u200bz\""); !strings.HasPrefix(got, "at character 8, ") {
		t.Error(got)
	}
	if got := parse("a[1, \"ä\u00a0\"] = 2"); !strings.HasPrefix(got, "at character 8, ") {
		t.Error(got)
	}
}

// TestForeignOperators checks that an operator of another language is an error, and that the
// operator in the message gives the condition.
func TestForeignOperators(t *testing.T) {
	t.Parallel()
	for operator, want := range map[string]string{
		"==": `a EQ "b"`, "===": `a EQ "b"`, ":=": `a EQ "b"`, "equal": `a EQ "b"`, "eq": `a EQ "b"`,
		"-eq": `a EQ "b"`,
		"<>":  `!a EQ "b"`, "><": `!a EQ "b"`, "!==": `!a EQ "b"`, "=!": `!a EQ "b"`, "-ne": `!a EQ "b"`,
		"=>": `a GTE "b"`, "=<": `a LTE "b"`,
		"~": `a MATCHES "b"`, "=~": `a MATCHES "b"`, "~=": `a MATCHES "b"`, "==~": `a MATCHES "b"`,
		"~*":    `a MATCHES "b"`,
		"match": `a MATCHES "b"`, "REGEX": `a MATCHES "b"`, "-match": `a MATCHES "b"`,
		"!~": `!a MATCHES "b"`, "!~*": `!a MATCHES "b"`, "-notmatch": `!a MATCHES "b"`,
		"like": `a CONTAINS "b"`, "ILIKE": `a CONTAINS "b"`, "-like": `a CONTAINS "b"`,
		"-notlike": `!a CONTAINS "b"`,
	} {
		text := "a " + operator + ` "b"`
		got := parse(text)
		_, advised, found := strings.Cut(got, "this is not an operator of a question: write ")
		advised, _, _ = strings.Cut(advised, ",")
		if !found || parse("a "+advised+` "b"`) != want {
			t.Errorf("%s: %s, which is %s", text, got, parse("a "+advised+` "b"`))
		}
		if operator == "~" || strings.Trim(operator, "=!<>~:") != "" {
			continue // a tilde or a word can be in a name
		}
		if glued := parse("a" + operator + "b"); !strings.HasPrefix(glued, "at character ") {
			t.Errorf("a%sb: %s", operator, glued)
		}
	}
}

// TestOnlyMachines checks that the example for another "from" is a question.
func TestOnlyMachines(t *testing.T) {
	t.Parallel()
	_, example, _ := strings.Cut(parse("from machines with a = 1"), "after it: ")
	if got := parse(unescape(example)); got != `all(@All Windows, Is Virtual EQ "True")` {
		t.Errorf("%s: %s", example, got)
	}
	if got := parse("# all pilots\na = 1"); !strings.HasPrefix(got, `at character 1, "#": a question has no comments`) {
		t.Error(got)
	}
}
