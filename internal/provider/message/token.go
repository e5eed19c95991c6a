// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// NoticeTokenExpires returns the notice of a plan whose apply may wait until after the only token
// of the user has expired.
func NoticeTokenExpires(name string, expires, end time.Time) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The API token may expire before "+name+" ends",
		fmt.Sprintf("The token expires at %s, and the apply may wait until %s. It then ends with an error, and the "+
			"action continues in Tanium. Create or rotate the token before the apply.", instant(expires), instant(end)))
}

// NoticeTokenBeforeStart returns the notice of a plan of a deployment that starts after the only
// token of the user has expired.
func NoticeTokenBeforeStart(name string, expires, start time.Time) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The API token expires before "+name+" starts",
		fmt.Sprintf("The token expires at %s, and the schedule starts at %s. Tanium runs the action all the same. To "+
			"await or cancel it then, you need another token.", instant(expires), instant(start)))
}

// instant prints a time for a message.
func instant(at time.Time) string { return at.UTC().Format(time.RFC3339) }
