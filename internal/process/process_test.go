// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package process

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

func TestLogWanted(t *testing.T) {
	t.Parallel()
	for variable, want := range map[string]bool{
		"TF_LOG=trace": true, "TF_LOG_PROVIDER=debug": true, "TF_LOG_SDK_FRAMEWORK=TRACE": true, "TF_LOG=off": true,
		"TF_LOG=": false, "TF_LOG_PATH=/tmp/log": false, "TF_INPUT=0": false, "LOG=x": false,
	} {
		if got := logWanted([]string{"HOME=/root", variable}); got != want {
			t.Errorf("%s: %t", variable, got)
		}
	}
}

// TestPrepare is not parallel: it sets what the process has one of.
func TestPrepare(t *testing.T) {
	for _, name := range []string{"TF_LOG", "TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER",
		"GOGC", "GOMEMLIMIT"} {
		t.Setenv(name, "")
	}
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	t.Setenv("GOGC", "50")
	t.Setenv("TF_LOG", "debug")
	Prepare()
	if got := debug.SetGCPercent(100); got != 100 || os.Getenv("TF_LOG_SDK") != "" {
		t.Errorf("GC percent %d, TF_LOG_SDK %q: what the environment sets must stay", got, os.Getenv("TF_LOG_SDK"))
	}
	t.Setenv("GOGC", "")
	t.Setenv("TF_LOG", "")
	Prepare()
	if got := debug.SetGCPercent(100); got != gcPercent || os.Getenv("TF_LOG_SDK_FRAMEWORK") != "OFF" ||
		debug.SetMemoryLimit(-1) != memoryLimit {
		t.Errorf("GC percent %d, TF_LOG_SDK_FRAMEWORK %q", got, os.Getenv("TF_LOG_SDK_FRAMEWORK"))
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	Profile("")()
	path := filepath.Join(t.TempDir(), "cpu")
	Profile(path)()
	written, err := filepath.Glob(path + ".*")
	if err != nil || len(written) != 1 {
		t.Fatalf("%v, %v", written, err)
	}
	if info, err := os.Stat(written[0]); err != nil || info.Size() == 0 {
		t.Errorf("%v, %v", info, err)
	}
}
