// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// NoticePackage returns the notices of a plan about the package of a prepared deployment: a command
// for other systems than those of the endpoints, and parameters whose order is not known. mask
// removes the API token from a text.
func NoticePackage(prepared deployment.Prepared, mask func(string) string) (notices diag.Diagnostics) {
	if platforms := prepared.Mismatch(); len(platforms) > 0 {
		notices.Append(noticeMismatch(prepared, platforms, mask(prepared.Spec.Command)))
	}
	if prepared.Spec == nil {
		return notices
	}
	if parameters := catalog.Positional(prepared.Spec); !catalog.Numbered(parameters) {
		notices.Append(noticeNumbers(prepared.Spec.Name, parameters))
	}
	return notices
}

// noticeMismatch returns the notice of a command that is for none of the platforms of the endpoints
// that the preview names. The API does not tell for which platforms a package is.
func noticeMismatch(
	prepared deployment.Prepared, platforms []gateway.EndpointPlatform, command string,
) diag.Diagnostic {
	names := make([]string, len(platforms))
	for i, platform := range platforms {
		names[i] = string(platform)
	}
	system := string(deployment.SystemOf(prepared.Spec.Command))
	on := strings.Join(names, " and ")
	named, all := len(prepared.Reach.Sample), deployment.Endpoints(prepared.Reach.Count)
	which := fmt.Sprintf("The preview looked at %s, on %s.", all, on)
	if named < prepared.Reach.Count {
		which = fmt.Sprintf("The preview looked at %d of %s. These are on %s.", named, all, on)
	}
	return diag.NewAttributeWarningDiagnostic(path.Root("package"),
		fmt.Sprintf("Command of the package %q is for %s, and the endpoints are on %s", prepared.Spec.Name, system, on),
		fmt.Sprintf("The package runs: %s\n\n%s The command would probably fail there. Tanium does not tell for which "+
			"platforms a package is. Choose another package or other targets. If the command does run there, set "+
			"preview { notice = false } to hide the notices.", shortened(command), which))
}

// shortened returns a command in one line of limited length.
func shortened(command string) string {
	const limit = 200
	characters := []rune(strings.Join(strings.Fields(command), " "))
	if len(characters) <= limit {
		return string(characters)
	}
	return string(characters[:limit]) + "…"
}

// noticeNumbers returns the notice of parameters that are not numbered from $1 without gaps
// (API.md#packages). It shows no values, which may be secret.
func noticeNumbers(name string, parameters []gateway.PackageSpecParam) diag.Diagnostic {
	keys, takes := make([]string, len(parameters)), make([]string, len(parameters))
	for i, parameter := range parameters {
		keys[i] = parameter.Key
		takes[i] = fmt.Sprintf("%s (%s) takes value %d", parameter.Key, parameter.Label, i+1)
	}
	return diag.NewAttributeWarningDiagnostic(path.Root("package"),
		fmt.Sprintf("Parameters of the package %q are numbered %s", name, strings.Join(keys, ", ")),
		fmt.Sprintf("Tanium documents parameters that are numbered $1, $2 and so on, and not which value each takes "+
			"otherwise. The provider sends the values in the order of these keys: %s. Check on one endpoint that the "+
			"command gets the right values, or number the parameters of the package from $1 without gaps.",
			strings.Join(takes, ", ")))
}
