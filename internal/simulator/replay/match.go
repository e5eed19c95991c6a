// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package replay

import (
	"encoding/json"
	"maps"
	"regexp"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/record"
)

// patterns match what differs between a record and a replay of it.
type patterns struct{ marker, any *regexp.Regexp }

func newPatterns() patterns {
	return patterns{
		marker: regexp.MustCompile(`^` + record.MarkerPattern + `$`),
		any: regexp.MustCompile(strings.Join([]string{
			record.PseudonymPattern, `\b` + record.MarkerPattern + `\b`, record.FamilyPattern,
			regexp.QuoteMeta(record.Secret),
		}, "|")),
	}
}

// meanings are what texts of a record stand for in a replay: the provider has sent them in their
// place. A pseudonym is known by its digest, and a marker and its family by their digits.
type meanings map[string]string

// keyOf returns the key of the meaning of a recorded text that patterns.any matches.
func (p patterns) keyOf(text string) string {
	if p.marker.MatchString(text) {
		return text[len("tf"):]
	}
	return text[strings.LastIndexByte(text, '-')+1:]
}

// matching compares the variables of an exchange with those of a request.
type matching struct {
	patterns
	// known are the meanings so far, with those that this comparison finds.
	known meanings
	// loose accepts a request for another deployment, as of a configuration that was shortened.
	loose bool
}

// matches returns the meanings after a request that matches an exchange; false if it does not.
func (p patterns) matches(recorded, given any, known meanings, loose bool) (meanings, bool) {
	m := matching{patterns: p, known: maps.Clone(known), loose: loose}
	return m.known, m.value(recorded, given)
}

func (m matching) value(recorded, given any) bool {
	switch recorded := recorded.(type) {
	case map[string]any:
		given, ok := given.(map[string]any)
		if !ok {
			return false
		}
		for key := range given {
			if _, ok := recorded[key]; !ok && given[key] != nil {
				return false
			}
		}
		for key, value := range recorded {
			if !m.value(value, given[key]) {
				return false
			}
		}
		return true
	case []any:
		given, ok := given.([]any)
		if !ok || len(recorded) != len(given) {
			return false
		}
		for i, value := range recorded {
			if !m.value(value, given[i]) {
				return false
			}
		}
		return true
	case string:
		given, ok := given.(string)
		return ok && m.text(recorded, given)
	default:
		return recorded == given
	}
}

// text compares texts, and learns what the parts of the recorded one stand for.
func (m matching) text(recorded, given string) bool {
	places := m.any.FindAllStringIndex(recorded, -1)
	if places == nil {
		return recorded == given
	}
	var pattern strings.Builder
	var found []string
	pattern.WriteString(`(?s)^`)
	end := 0
	for _, place := range places {
		pattern.WriteString(regexp.QuoteMeta(recorded[end:place[0]]))
		part := recorded[place[0]:place[1]]
		pattern.WriteString(`(` + m.form(part) + `)`)
		found, end = append(found, part), place[1]
	}
	pattern.WriteString(regexp.QuoteMeta(recorded[end:]) + `$`)
	groups := regexp.MustCompile(pattern.String()).FindStringSubmatch(given)
	if groups == nil {
		return false
	}
	for i, part := range found {
		if !m.learn(part, groups[i+1]) {
			return false
		}
	}
	return true
}

const familyDigits = 15

// form returns the pattern of what may stand in the place of a recorded text.
func (m matching) form(part string) string {
	switch {
	case m.marker.MatchString(part) && m.loose:
		return `[tT][fF][0-9]{32}`
	case m.marker.MatchString(part):
		return `[tT][fF]` + part[len("tf"):][:familyDigits] + `[0-9]{17}`
	case part == record.Secret:
		return `.*`
	case strings.Contains(part, "-"):
		return `.+`
	case m.loose:
		return `[0-9]{15}`
	default:
		return part
	}
}

// learn notes what a recorded text stands for; false if it stands for something else. Except for
// loose matchings, different texts also stand for different things.
func (m matching) learn(part, given string) bool {
	if part == record.Secret {
		return true
	}
	if m.marker.MatchString(part) {
		part, given = part[len("tf"):], given[len("tf"):]
		m.known[part], m.known[part[:familyDigits]] = given, given[:familyDigits]
		return true
	}
	key := m.keyOf(part)
	if known, ok := m.known[key]; ok {
		return known == given
	}
	if !m.loose {
		for _, known := range m.known {
			if known == given {
				return false
			}
		}
	}
	m.known[key] = given
	return true
}

// translate returns an answer with the meanings in place of what was recorded.
func (p patterns) translate(answer []byte, known meanings, isJSON bool) []byte {
	return p.any.ReplaceAllFunc(answer, func(found []byte) []byte {
		text := string(found)
		key := p.keyOf(text)
		if p.marker.MatchString(text) {
			if meaning, ok := known[key]; ok {
				return []byte(text[:len("tf")] + meaning)
			}
			if meaning, ok := known[key[:familyDigits]]; ok {
				return []byte(text[:len("tf")] + meaning + key[familyDigits:])
			}
			return found
		}
		meaning, ok := known[key]
		if !ok {
			return found
		}
		if encoded, err := json.Marshal(meaning); err == nil && isJSON {
			return encoded[1 : len(encoded)-1]
		}
		return []byte(meaning)
	})
}
