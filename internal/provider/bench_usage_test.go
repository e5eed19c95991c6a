// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// usage is the peak memory of a process in megabytes, and its CPU time. Both are zero where the
// system has no /proc.
type usage struct {
	megabytes float64
	cpu       time.Duration
}

// measured runs a command and returns its output and what it and the last process of a program
// used.
func measured(command *exec.Cmd, program string) (output []byte, own, provider usage, err error) {
	var text bytes.Buffer
	command.Stdout, command.Stderr = &text, &text
	if err := command.Start(); err != nil {
		return nil, own, provider, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	ticker := time.NewTicker(25 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case err := <-ended:
			return text.Bytes(), own, provider, err
		case <-ticker.C:
			own = latest(own, strconv.Itoa(command.Process.Pid))
			for _, id := range processes(program) {
				provider = latest(provider, id)
			}
		}
	}
}

// processes returns the IDs of the processes that run a program.
func processes(program string) []string {
	var found []string
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && target == program {
			found = append(found, filepath.Base(filepath.Dir(link)))
		}
	}
	return found
}

// latest returns what a process has used, or what was known before if it has ended.
func latest(before usage, id string) usage {
	status, err := os.ReadFile(filepath.Join("/proc", id, "status"))
	if err != nil {
		return before
	}
	now := before
	if _, after, found := strings.Cut(string(status), "VmHWM:"); found {
		var kilobytes float64
		if _, err := fmt.Sscan(after, &kilobytes); err == nil {
			now.megabytes = max(now.megabytes, kilobytes/1024)
		}
	}
	stat, err := os.ReadFile(filepath.Join("/proc", id, "stat"))
	if err != nil {
		return now
	}
	// The name of the program is in parentheses and may have spaces. Times are in hundredths of a
	// second on every system that Go supports.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) > 12 {
		user, _ := strconv.Atoi(fields[11])
		system, _ := strconv.Atoi(fields[12])
		now.cpu = max(now.cpu, time.Duration(user+system)*10*time.Millisecond)
	}
	return now
}

// serveState serves a state for Terraform's backend "http" until the end of the test, and returns
// its address.
func serveState(t *testing.T) string {
	t.Helper()
	var mutex sync.Mutex
	var state []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		switch {
		case r.Method == http.MethodPost:
			state, _ = io.ReadAll(r.Body)
		case state == nil:
			w.WriteHeader(http.StatusNotFound)
		default:
			_, _ = w.Write(state)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}
