// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// validateID returns what the validator reports about an ID, with its place.
func validateID(t *testing.T, id types.String) string {
	t.Helper()
	at := path.Root("targets").AtName("endpoint_ids").AtSetValue(id)
	resp := validator.StringResponse{}
	EndpointID{}.ValidateString(t.Context(), validator.StringRequest{Path: at, ConfigValue: id}, &resp)
	var said strings.Builder
	for _, d := range resp.Diagnostics {
		fmt.Fprintf(&said, "%s: %s", d.Summary(), d.Detail())
	}
	for _, d := range resp.Diagnostics.Errors() {
		if located, ok := d.(interface{ Path() path.Path }); !ok || !located.Path().Equal(at) {
			t.Errorf("%s is not reported at its element: %+v", id, d)
		}
	}
	return said.String()
}

// TestEndpointID checks that an ID has the digits of ASCII only, and which ID the error names.
func TestEndpointID(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"310011": "310011", "0": "0", "7": "7", "4294967295": "4294967295",
		"123456789012345678901": "123456789012345678901",
		// Spreadsheets.
		"310011.0": "310011", "310011.": "310011", "310011.00": "310011", "3.10011e5": "310011",
		"3.10011E+05": "310011",
		"3.100110e5":  "310011", "310011e0": "310011", "310,011": "310011", "1,310,011": "1310011",
		"310 011":      "310011",
		"310\u00a0011": "310011", "310\u202f011": "310011", "310'011": "310011", "310’011": "310011",
		"310_011":   "310011",
		"310,011.0": "310011", "'310011": "310011", `"310011"`: "310011", "310011,": "310011", "310011;": "310011",
		// Spaces, signs, zeros and other digits.
		" 310011": "310011", "310011 ": "310011", "310011\n": "310011", "\t310011\r\n": "310011",
		"\ufeff310011": "310011",
		"310\u200b011": "310011", "+310011": "310011", "0310011": "310011", "00": "0", "٣١": "31",
		"３１００１１": "310011",
		"۳۱":     "31", "𝟛𝟙": "31", "०१": "1",
		// The digits are not all there, or can mean several IDs.
		"3.1e5": "", "3.1001E+05": "", "3e5": "", "310.011": "", "310.000": "", "310011.5": "", "310011,0": "",
		"31,0011":       "",
		"100201,100202": "", "100201 100202": "", "100201;100202": "", "-310011": "", "0x4baeb": "", "": "",
		" ":         "",
		"win-dc-01": "", "NaN": "", "Ⅷ": "", "²": "", "1e": "", "e5": "", "3.10011e-5": "", ".0": "", "+": "",
		"++1":      "",
		"310,,011": "", ",310": "", "310011e999": "", "#N/A": "",
	} {
		said := validateID(t, types.StringValue(given))
		switch {
		case want == given && want != "":
			if said != "" {
				t.Errorf("%q: %s", given, said)
			}
		case want == "":
			if !strings.Contains(said, `such as "310011". The data source tanium_endpoints returns it as id.`) ||
				strings.Contains(said, "Use \"") {
				t.Errorf("%q: %s", given, said)
			}
		case said != fmt.Sprintf("Invalid endpoint ID: %q is not the form that Tanium uses for this ID. Use %q. "+
			"Nothing was deployed.", given, want):
			t.Errorf("%q: %s, want %s", given, said, want)
		default:
			if again := validateID(t, types.StringValue(want)); again != "" {
				t.Errorf("%q: the ID in the message is wrong: %s", given, again)
			}
		}
	}
	for _, skipped := range []types.String{types.StringUnknown(), types.StringNull()} {
		if said := validateID(t, skipped); said != "" {
			t.Errorf("%s: %s", skipped, said)
		}
	}
	said := validateID(t, types.StringValue("win-dc-01"))
	if !strings.Contains(said, "use a filter with the sensor Computer Name.") {
		t.Error(said)
	}
}
