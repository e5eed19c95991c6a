// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"slices"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

func TestSystemOf(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]System{
		`cmd /c cscript //T:60 add-tags.vbs "$1"`: systemWindows, `CMD.EXE /c dir`: systemWindows,
		`powershell -File run.ps1 "$1"`: systemWindows, `PowerShell.exe -Command "x"`: systemWindows,
		`cscript clean.vbs`: systemWindows, `"C:\Program Files\x\tool.exe" /s`: systemWindows,
		`..\..\Python38\TPython.exe run.py`: systemWindows, `install.bat`: systemWindows,
		`start "run me.vbs"`: systemWindows, `msiexec /i x.msi`: systemWindows,
		`/bin/bash CustomTagAdd.sh "$1"`: systemUnix, `./install.sh`: systemUnix, `sh -c x`: systemUnix,
		`bash run.sh`: systemUnix, `/bin/sh -c "cat cmd.exe run.bat"`: systemUnix,
		`taskkill /F /IM "||Running Processes||"`: systemUnknown, `python3 run.py`: systemUnknown,
		`pwsh -File run.ps1`: systemUnknown, ``: systemUnknown, ` `: systemUnknown, `"`: systemUnknown,
	} {
		if got := SystemOf(command); got != want {
			t.Errorf("%q is for %q, want %q", command, got, want)
		}
	}
}

// Every command has one of the kinds.
func FuzzSystemOf(f *testing.F) {
	f.Add(`cmd /c x`)
	f.Add(`"\/`)
	f.Fuzz(func(t *testing.T, command string) {
		if got := SystemOf(command); got != systemUnknown && got != systemWindows && got != systemUnix {
			t.Errorf("%q is for %q", command, got)
		}
	})
}

func TestMismatch(t *testing.T) {
	t.Parallel()
	const windows, linux, mac = gateway.EndpointPlatformWindows, gateway.EndpointPlatformLinux,
		gateway.EndpointPlatformMac
	reach := func(platforms ...gateway.EndpointPlatform) *targeting.Reach {
		reach := &targeting.Reach{Count: len(platforms)}
		for _, platform := range platforms {
			reach.Sample = append(reach.Sample, gateway.Endpoint{Os: gateway.EndpointOS{Platform: platform}})
		}
		return reach
	}
	for name, c := range map[string]struct {
		command string
		reach   *targeting.Reach
		want    []gateway.EndpointPlatform
	}{
		"Windows on Linux": {command: "cmd /c x", reach: reach(linux, linux),
			want: []gateway.EndpointPlatform{linux}},
		"Windows on Linux and Mac": {command: "cmd /c x", reach: reach(mac, linux),
			want: []gateway.EndpointPlatform{linux, mac}},
		"Windows on some Windows": {command: "cmd /c x", reach: reach(linux, windows)},
		"Unix on Windows": {command: "/bin/sh x", reach: reach(windows),
			want: []gateway.EndpointPlatform{windows}},
		"Unix on Mac":              {command: "/bin/sh x", reach: reach(mac)},
		"a command for any system": {command: "tool x", reach: reach(linux)},
		"an unknown platform":      {command: "cmd /c x", reach: reach(linux, gateway.EndpointPlatformUnknown)},
		"a platform not told":      {command: "cmd /c x", reach: reach("")},
		"no endpoint":              {command: "cmd /c x", reach: reach()},
		"not counted":              {command: "cmd /c x"},
	} {
		prepared := Prepared{Spec: &gateway.PackageSpec{Command: c.command}, Reach: c.reach}
		if got := prepared.Mismatch(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := (Prepared{Reach: reach(linux)}).Mismatch(); got != nil {
		t.Errorf("an operation: %q", got)
	}
}
