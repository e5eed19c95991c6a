// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// positional returns the parameters in the order of their values: $1 takes the first value, $2 the
// second (API.md#packages). Nothing is known about keys that begin at $0 or leave a number out. The
// simulator then orders the keys by number, and the first takes the first value. A key of another
// form counts as 0.
func (p *Package) positional() []PackageParam {
	params := slices.Clone(p.Params)
	slices.SortStableFunc(params, func(a, b PackageParam) int {
		return cmp.Compare(keyNumber(a.Key), keyNumber(b.Key))
	})
	return params
}

// keyNumber returns the number n of the key $n; 0 for a key of another form.
func keyNumber(key string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(key, "$"))
	if err != nil {
		return 0
	}
	return n
}

// position returns the position of the value of a parameter; -1 if the package has no such key.
func (p *Package) position(key string) int {
	return slices.IndexFunc(p.positional(), func(param PackageParam) bool { return param.Key == key })
}

// isPlaceholder reports whether a text is the placeholder of a parameter, such as $1.
func isPlaceholder(text string) bool {
	number, ok := strings.CutPrefix(text, "$")
	return ok && number != "" && digits(number) == len(number)
}

// placeholders returns the placeholders in a text. $name, which a shell expands, is none.
func placeholders(text string) []string {
	var found []string
	for i := range len(text) {
		if n := digits(text[i+1:]); text[i] == '$' && n > 0 {
			found = append(found, text[i:i+1+n])
		}
	}
	return found
}

// digits returns the number of digits at the start of a text.
func digits(text string) int { return len(text) - len(strings.TrimLeft(text, "0123456789")) }

// sourcedName returns the name in the placeholder of a sensor-sourced parameter, such as ||name||.
func sourcedName(placeholder string) (string, bool) {
	name, ok := strings.CutPrefix(placeholder, "||")
	return strings.TrimSuffix(name, "||"), ok
}
