// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package targeting

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
)

// plain decodes JSON into the values that DecodeFilter accepts. The text "?" becomes Unknown.
func plain(t testing.TB, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return withUnknowns(value)
}

func withUnknowns(value any) any {
	switch value := value.(type) {
	case string:
		if value == "?" {
			return Unknown{}
		}
	case []any:
		for i := range value {
			value[i] = withUnknowns(value[i])
		}
	case map[string]any:
		for key := range value {
			value[key] = withUnknowns(value[key])
		}
	}
	return value
}

func summaries(problems []catalog.Problem) []string {
	var all []string
	for _, problem := range problems {
		all = append(all, problem.Path.String()+": "+problem.Summary)
	}
	return all
}

// Every mistake in a filter is reported, at any depth.
func TestDecodeFilterRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"sensor":{"name":"A"},"value":"x","negate":true}`:  "filter.negate: Unknown key",
		`{"sensor":{"name":"A"},"value":"x","not":true}`:     "filter.not: Unknown key",
		`{"sensor":{"name":"A","colum":"c"},"value":"x"}`:    "filter.sensor.colum: Unknown key",
		`{"sensor":{"name":"A","params":["x"]},"value":"x"}`: "filter.sensor.params: Wrong type",
		`{"sensor":{"name":"A","params":{"tag":null}},"value":"x"}`: `filter.sensor.params["tag"]: ` +
			`Missing value`,
		`{"sensor":{"name":"A","params":{"tag":["x"]}},"value":"x"}`: `filter.sensor.params["tag"]: Wrong type`,
		`{"sensor":"A","value":"x"}`:                                 "filter.sensor: Wrong type",
		`{"sensor":{},"value":"x"}`:                                  "filter.sensor.name: Sensor is not named",
		`{"sensor":{"name":null},"value":"x"}`:                       "filter.sensor.name: Sensor is not named",
		`{"sensor":{"name":true},"value":"x"}`:                       "filter.sensor.name: Wrong type",
		`{"sensor":{"name":"A","column":""},"value":"x"}`:            "filter.sensor.column: Empty text",
		`{"sensor":{"name":"A"}}`:                                    "filter.value: Filter has no value",
		`{"sensor":{"name":"A"},"value":null}`:                       "filter.value: Filter has no value",
		`{"sensor":{"name":"A"},"value":["x"]}`:                      "filter.value: Wrong type",
		`{"sensor":{"name":"A"},"value":"x","negated":"true"}`:       "filter.negated: Wrong type",
		`{"sensor":{"name":"A"},"value":"x","negated":1}`:            "filter.negated: Wrong type",
		`{"sensor":{"name":"A"},"value":"x","op":"LIKE"}`:            "filter.op: Unknown operator",
		`{"sensor":{"name":"A"},"value":"x","op":["EQ"]}`:            "filter.op: Wrong type",
		`{"path":"os.platform","value":"x"}`: "filter.path: Filter by path cannot " +
			"target an action",
		`{"member_of":{}}`:                    "filter.member_of: Computer group is not named",
		`{"member_of":{"name":"A","id":"1"}}`: "filter.member_of: Computer group is named twice",
		`{"member_of":{"nam":"A"}}`:           "filter.member_of.nam: Unknown key",
		`{"member_of":"A"}`:                   "filter.member_of: Wrong type",
		`{"filters":{}}`:                      "filter.filters: Wrong type",
		`{"filters":[]}`:                      "filter.filters: List of filters is empty",
		`{"filters":[null]}`:                  "filter.filters[0]: Wrong type",
		`{"filters":["x"]}`:                   "filter.filters[0]: Wrong type",
		`{"filters":[{"filters":[{"sensor":{"nme":"A"},"value":"x"}]}]}`: "filter.filters[0].filters[0].sensor.nme: " +
			"Unknown key",
		`{"filters":[{"filters":[{"memberof":{"name":"A"}}]}],"any":true}`: "filter.filters[0].filters[0].memberof: " +
			"Unknown key",
		`{"any":"yes","filters":[{"member_of":{"name":"A"}}]}`: "filter.any: Wrong type",
		`{}`:     "filter: Filter has no condition",
		`[]`:     "filter: Wrong type",
		`"text"`: "filter: Wrong type",
		// Unknown values do not hide mistakes in other values.
		`{"sensor":{"name":"?"},"value":"?","negate":true}`: "filter.negate: Unknown key",
		`{"filters":[{"sensor":"?","vale":"x"}]}`:           "filter.filters[0].vale: Unknown key",
	} {
		decoded := DecodeFilter(plain(t, text), catalog.Path{"filter"}, ForTargeting)
		if got := summaries(decoded.Problems); !slices.Contains(got, want) || decoded.Value != nil {
			t.Errorf("%s: reported %q, want %q", text, got, want)
		}
		for _, problem := range decoded.Problems {
			if problem.Detail == "" {
				t.Errorf("%s: %q has no detail", text, problem.Summary)
			}
		}
	}
}

// The message for an unknown key suggests the nearest known key.
func TestDecodeFilterSuggests(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"all": "Use filters.", "or": "Use filters and any = true.", "not": "Use negated = true beside the condition.",
		"negate": `Did you mean "negated"?`, "memberOf": `Did you mean "member_of"?`,
		"filter": `Did you mean "filters"?`,
		"zzz":    "Its keys are sensor, path, member_of, op, value, negated, any, filters.",
	} {
		decoded := DecodeFilter(map[string]any{key: true}, nil, ForListing)
		if len(decoded.Problems) == 0 || !strings.Contains(decoded.Problems[0].Detail, want) {
			t.Errorf("%s: %v", key, decoded.Problems)
		}
	}
}

// Equivalent spellings decode to the same filter.
func TestDecodeFilterSpellings(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"explicit nulls": {`{"sensor":{"name":"A"},"value":"x"}`, `{"sensor":{"name":"A","column":null,` +
			`"params":null},"value":"x","op":null,"negated":null,"any":null,"filters":null,"path":null,` +
			`"member_of":null}`},
		"defaults": {`{"sensor":{"name":"A"},"value":"x"}`,
			`{"sensor":{"name":"A","params":{}},"value":"x","op":"EQ","negated":false,"any":false}`},
		"numbers": {`{"sensor":{"name":"A","params":{"n":"5"}},"value":"30"}`,
			`{"sensor":{"name":"A","params":{"n":5}},"value":30}`},
		"groups by number": {`{"filters":[{"member_of":{"id":"4"}}]}`,
			`{"filters":[{"member_of":{"id":4,"name":null}}]}`},
		"truth": {`{"sensor":{"name":"Is Windows"},"value":"true"}`, `{"sensor":{"name":"Is Windows"},"value":true}`},
	} {
		first := DecodeFilter(plain(t, texts[0]), nil, ForTargeting)
		if len(first.Problems) > 0 || !first.Known || first.Value == nil {
			t.Errorf("%s: %+v", name, first)
		}
		for _, text := range texts[1:] {
			if other := DecodeFilter(plain(t, text), nil, ForTargeting); !reflect.DeepEqual(first, other) {
				t.Errorf("%s: %s is %+v, and %s is %+v", name, texts[0], first.Value, text, other.Value)
			}
		}
	}
}

func TestDecodeFilterKnown(t *testing.T) {
	t.Parallel()
	for text, known := range map[string]bool{
		`null`: true, `"?"`: false, `{"sensor":{"name":"A"},"value":"?"}`: false, `{"filters":"?"}`: false,
		`{"filters":[{"member_of":{"name":"A"}},"?"]}`:           false,
		`{"sensor":{"name":"A","params":{"a":"?"}},"value":"x"}`: false,
		`{"filters":[{"member_of":{"name":"A"}}]}`:               true,
	} {
		decoded := DecodeFilter(plain(t, text), nil, ForTargeting)
		if decoded.Known != known || len(decoded.Problems) > 0 || (!known && decoded.Value != nil) {
			t.Errorf("%s: %+v", text, decoded)
		}
	}
}

// A filter may nest to any depth.
func TestDecodeFilterDeep(t *testing.T) {
	t.Parallel()
	const depth = 200
	text := strings.Repeat(`{"negated":true,"filters":[`, depth) + `{"sensor":{"name":"A"},"value":"x"}` +
		strings.Repeat(`]}`, depth)
	decoded := DecodeFilter(plain(t, text), nil, ForTargeting)
	if len(decoded.Problems) > 0 || decoded.Value == nil {
		t.Fatal(decoded.Problems)
	}
	if got := encode(t, decoded.Value.ComputerGroupFilter()); strings.Count(got, `"negated":true`) != depth {
		t.Errorf("%.200s", got)
	}
}

func TestDecodeReadings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[{"name":"A"}]`: "",
		`[{"name":"A","columns":["B"],"params":{"p":1},"max_age":60,"filter":{"column":"B","op":"CONTAINS",` +
			`"value":"x","restrict_owner":false}}]`: "",
		`[{"name":"A","filter":{"any":true,"filters":[{"value":"x"},{"value":"y","negated":true}]}}]`: "",
		`[{"name":"A","max_age":"60"}]`: "",
		`[{"name":"A","colums":["B"]}]`: "sensors[0].colums: Unknown key",
		`[{"nam":"A"}]`:                 "sensors[0].nam: Unknown key",
		`[{"columns":["A"]}]`:           "sensors[0].name: Sensor is not named",
		`[{"name":"A","columns":"B"}]`:  "sensors[0].columns: Wrong type",
		`[{"name":"A","columns":[""]}]`: "sensors[0].columns[0]: Column is not named",
		`[{"name":"A","max_age":-1}]`:   "sensors[0].max_age: Wrong type",
		`[{"name":"A","max_age":1e30}]`: "sensors[0].max_age: Wrong type",
		`[{"name":"A","max_age":1.5}]`:  "sensors[0].max_age: Wrong type",
		`[{"name":"A","filter":{}}]`:    "sensors[0].filter.value: Filter has no value",
		`[{"name":"A","filter":{"value":"x","filters":[{"value":"y"}]}}]`: "sensors[0].filter: Filter is both single " +
			"and compound",
		`[{"name":"A","filter":{"filters":[]}}]`: "sensors[0].filter.filters: List of " +
			"filters is empty",
		`[{"name":"A","filter":{"filters":[{"vale":"x"}]}}]`:   "sensors[0].filter.filters[0].vale: Unknown key",
		`[{"name":"A","filter":{"filters":[{"filters":[]}]}}]`: "sensors[0].filter.filters[0].filters: Unknown key",
		`[{"name":"A","filter":{"value":"x","any":true}}]`: "sensors[0].filter.any: Filter has nothing " +
			"to choose from",
		`[{"name":"A","filter":{"value":"x","op":"READ_AFTER"}}]`:     "sensors[0].filter.op: Unknown operator",
		`[{"name":"A","filter":{"value":"x","restrict_owner":"no"}}]`: "sensors[0].filter.restrict_owner: Wrong type",
		`[{"name":"A","filter":{"filters":[{"value":"x","any":true}]}}]`: "sensors[0].filter.filters[0].any: " +
			"Unknown key",
		`[{"name":"A","filter":{"value":"x","negate":true}}]`: "sensors[0].filter.negate: Unknown key",
		`[{"name":"A"},{"name":"B","params":{"x":null}}]`:     `sensors[1].params["x"]: Missing value`,
		`{"name":"A"}`: "sensors: Wrong type",
		`["A"]`:        "sensors[0]: Wrong type",
		`[null]`:       "sensors[0]: Wrong type",
	} {
		decoded := DecodeReadings(plain(t, text), catalog.Path{"sensors"})
		got := summaries(decoded.Problems)
		if (want == "" && (len(got) > 0 || len(decoded.Value) == 0)) ||
			(want != "" && (!slices.Contains(got, want) || decoded.Value != nil)) {
			t.Errorf("%s: reported %q, want %q", text, got, want)
		}
	}
}

func TestReadingInput(t *testing.T) {
	t.Parallel()
	decoded := DecodeReadings(plain(t, `[{"name":"A","columns":["B"],"params":{"p":1},"max_age":60,"filter":{`+
		`"any":true,"restrict_owner":false,"filters":[{"column":"B","op":"CONTAINS","value":"x","negated":true}]}}]`),
		nil)
	const want = `{"columns":["B"],"filter":{"any":true,"filters":[{"column":"B","negated":true,"op":"CONTAINS",` +
		`"value":"x"}],"restrictOwner":false},"maxAge":60,"name":"A","params":[{"name":"p","value":"1"}]}`
	if got := encode(t, decoded.Value[0].Input()); got != want {
		t.Errorf("sent\n%s\nwant\n%s", got, want)
	}
}

// Every value is either decoded or reported. A filter without problems has only known keys.
func FuzzDecodeFilter(f *testing.F) {
	for _, seed := range []string{
		`{"sensor":{"name":"A","params":{"x":1}},"value":"x","negated":true}`,
		`{"filters":[{"member_of":{"id":4}},null]}`, `{"negate":true}`, `[1,"?"]`, `null`,
	} {
		f.Add(seed)
	}
	known := []string{"sensor", "path", "member_of", "op", "value", "negated", "any", "filters", "name",
		"id", "column", "params"}
	var keys func(value any) []string
	keys = func(value any) (all []string) {
		switch value := value.(type) {
		case []any:
			for _, each := range value {
				all = append(all, keys(each)...)
			}
		case map[string]any:
			for key, each := range value {
				if all = append(all, key); key != "params" {
					all = append(all, keys(each)...)
				}
			}
		}
		return all
	}
	f.Fuzz(func(t *testing.T, text string) {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var value any
		if decoder.Decode(&value) != nil {
			t.Skip()
		}
		value = withUnknowns(value)
		decoded := DecodeFilter(value, catalog.Path{"filter"}, ForListing)
		if decoded.Value != nil && (len(decoded.Problems) > 0 || !decoded.Known) {
			t.Errorf("%s: %+v", text, decoded)
		}
		if len(decoded.Problems) == 0 {
			for _, key := range keys(value) {
				if !slices.Contains(known, key) {
					t.Errorf("%s: the key %q is lost", text, key)
				}
			}
		}
		_ = fmt.Sprint(decoded.Problems)
	})
}
