// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// System is the kind of operating systems that a command is for.
type System string

// The kinds of systems. systemUnknown is that of a command that does not show it.
const (
	systemUnknown System = ""
	systemWindows System = "Windows"
	systemUnix    System = "Unix"
)

// SystemOf returns the kind of systems that a package's command plainly is for. The API does not
// tell for which platforms a package is.
func SystemOf(command string) System {
	program, rest := firstWord(strings.ToLower(strings.TrimSpace(command)))
	base := strings.TrimSuffix(program[strings.LastIndexAny(program, `\/`)+1:], ".exe")
	windowsFile := func(word string) bool {
		return slices.ContainsFunc([]string{".bat", ".cmd", ".vbs", ".ps1"}, func(extension string) bool {
			return strings.HasSuffix(word, extension)
		})
	}
	words := strings.Fields(rest)
	switch {
	case strings.HasPrefix(program, "/") || strings.HasPrefix(program, "./") || base == "sh" || base == "bash":
		return systemUnix
	case base == "pwsh": // PowerShell for every system
		return systemUnknown
	case strings.HasSuffix(program, ".exe") || windowsFile(program) ||
		slices.Contains([]string{"cmd", "powershell", "cscript", "wscript", "msiexec"}, base):
		return systemWindows
	case len(words) > 0 && windowsFile(strings.Trim(words[len(words)-1], `"'`)):
		return systemWindows
	default:
		return systemUnknown
	}
}

// firstWord returns the first word of a command, which may be in quotation marks, and the rest.
func firstWord(command string) (word, rest string) {
	if quoted, ok := strings.CutPrefix(command, `"`); ok {
		word, rest, _ = strings.Cut(quoted, `"`)
		return word, rest
	}
	word, rest, _ = strings.Cut(command, " ")
	return word, rest
}

// Mismatch returns the platforms of the endpoints that a preview names, in order and each once, if
// the command of the package plainly is for none of them; nil otherwise. It is nil for an
// operation, for which Tanium chooses the packages.
func (p Prepared) Mismatch() []gateway.EndpointPlatform {
	if p.Spec == nil || p.Reach == nil {
		return nil
	}
	system := SystemOf(p.Spec.Command)
	if system == systemUnknown {
		return nil
	}
	var platforms []gateway.EndpointPlatform
	for _, endpoint := range p.Reach.Sample {
		platform := endpoint.Os.Platform
		switch platform {
		case gateway.EndpointPlatformWindows:
			if system == systemWindows {
				return nil
			}
		case gateway.EndpointPlatformLinux, gateway.EndpointPlatformMac, gateway.EndpointPlatformAix,
			gateway.EndpointPlatformSolaris:
			if system == systemUnix {
				return nil
			}
		default: // such as Unknown
			return nil
		}
		platforms = append(platforms, platform)
	}
	slices.Sort(platforms)
	return slices.Compact(platforms)
}
