// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package process prepares the process in which the provider runs, and watches over its parent.
package process

import (
	"context"
	"fmt"
	"log"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"time"
)

// Settings of the garbage collector. The process runs for one Terraform command and uses little
// memory, so frequent collection costs more than it saves. The limit makes collection frequent
// again when the process uses much memory, such as for a list of a hundred thousand endpoints.
const (
	gcPercent   = 400
	memoryLimit = 256 << 20 // in bytes
)

// Prepare reduces garbage collection, and turns off log lines that Terraform drops. It does
// not change a setting that the environment already has.
func Prepare() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	if !logWanted(os.Environ()) {
		// Terraform drops the lines of a provider where no log is asked for, and the SDK writes one
		// for nearly every value of a plan.
		for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK"} {
			_ = os.Setenv(name, "OFF")
		}
	}
}

// logWanted reports that an environment variable asks for a log of Terraform or of its providers.
func logWanted(environment []string) bool {
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_LOG") && name != "TF_LOG_PATH" && value != "" {
			return true
		}
	}
	return false
}

// EnvProfile names a file to write a CPU profile of the provider to, for development. The process
// ID is appended: one Terraform command starts several providers.
const EnvProfile = "TANIUM_PROVIDER_CPU_PROFILE"

// Profile begins a CPU profile, and returns what ends it. An empty path profiles nothing.
func Profile(path string) (end func()) {
	if path == "" {
		return func() {}
	}
	file, err := os.Create(fmt.Sprintf("%s.%d", path, os.Getpid())) //nolint:gosec // a developer's own path
	if err != nil {
		log.Fatal(err.Error())
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		log.Fatal(err.Error())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = file.Close()
	}
}

// Orphaned waits until the parent of the process changes, because Terraform was killed and could
// not end its provider. It returns false if ctx ends first. A busy provider would end when it
// writes to the pipe of Terraform, but an idle one would not. The caller must read the parent
// before the provider serves: if Terraform was killed earlier, the handshake fails and ends the
// provider.
func Orphaned(ctx context.Context, parent int, current func() int) bool {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
			if current() != parent {
				return true
			}
		}
	}
}
