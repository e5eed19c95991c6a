// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// EndpointID accepts an endpoint ID in the form that Tanium uses. With another form, such
// as one with a leading zero, the preview finds the endpoint and the action does not run on it.
// Other forms come from spreadsheets: "310011.0", "3.10011e5", "310,011".
type EndpointID struct{}

var _ validator.String = EndpointID{}

// Description describes the accepted values.
func (EndpointID) Description(context.Context) string {
	return "an endpoint ID, of the digits 0 to 9 without a leading zero"
}

// MarkdownDescription describes the accepted values.
func (v EndpointID) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

// ValidateString reports an ID that is empty or has another form.
func (EndpointID) ValidateString(
	_ context.Context, req validator.StringRequest, resp *validator.StringResponse,
) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	given := req.ConfigValue.ValueString()
	canonical, derived := canonicalID(given)
	if derived && canonical == given {
		return
	}
	const form = "An endpoint ID has the digits 0 to 9 only, without a leading zero, such as \"310011\". The data " +
		"source tanium_endpoints returns it as id."
	detail := fmt.Sprintf("%q is not an endpoint ID. %s", given, form)
	switch {
	case given == "":
		detail = "An endpoint ID must not be empty. " + form
	case derived:
		detail = fmt.Sprintf("%q is not the form that Tanium uses for this ID. Use %q.", given, canonical)
	case strings.ContainsFunc(given, unicode.IsLetter):
		detail += " To select endpoints by name, use a filter with the sensor Computer Name."
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid endpoint ID", detail+" Nothing was deployed.")
}

// canonicalID returns the ID that a text means, in the form that Tanium uses; false if the text
// does not say each of its digits, as "3.1E+05", or can mean several IDs, as "310.000".
func canonicalID(given string) (id string, derived bool) {
	text := strings.TrimSpace(strings.Map(plainCharacter, given))
	text = strings.TrimRight(strings.Trim(text, "'\"`"), ",; ")
	text = strings.TrimPrefix(text, "+")
	mantissa, power, scientific := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if scientific {
		exponent, err := strconv.ParseUint(strings.TrimPrefix(power, "+"), 10, 8)
		if err != nil || int(exponent) > len(fraction) {
			return "", false
		}
		whole, fraction = whole+fraction[:exponent], fraction[exponent:]
	} else if grouped := len(fraction)%3 == 0; grouped && fraction != "" {
		return "", false // the period may separate thousands
	}
	whole = ungrouped(whole)
	if whole == "" || strings.Trim(whole, "0123456789") != "" || strings.Trim(fraction, "0") != "" {
		return "", false
	}
	if id = strings.TrimLeft(whole, "0"); id == "" {
		id = "0"
	}
	return id, true
}

// plainCharacter converts a digit of any script to one of ASCII, and any white space to a space. It
// drops characters that are not visible.
func plainCharacter(r rune) rune {
	switch {
	case unicode.IsSpace(r) || unicode.Is(unicode.Z, r):
		return ' '
	case unicode.Is(unicode.Cf, r):
		return -1
	case r < unicode.MaxASCII || !unicode.IsDigit(r):
		return r
	}
	// Unicode has the decimal digits of each script in a row from zero.
	zero := r
	for unicode.IsDigit(zero - 1) {
		zero--
	}
	return '0' + (r-zero)%10
}

// ungrouped returns a number without the separators of its thousands. It returns another text as it
// is.
func ungrouped(text string) string {
	for _, separator := range []string{",", " ", "'", "’", "_"} {
		groups := strings.Split(text, separator)
		isThousands := len(groups) > 1 && groups[0] != "" && len(groups[0]) <= 3
		for _, group := range groups[1:] {
			isThousands = isThousands && len(group) == 3
		}
		if isThousands {
			return strings.Join(groups, "")
		}
	}
	return text
}
