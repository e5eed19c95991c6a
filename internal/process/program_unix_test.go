// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package process

import (
	"bufio"
	"context"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// started is a provider whose parent is a shell, which ends when the test says so.
type started struct {
	process int
	lines   *bufio.Reader // what the provider writes
	parent  io.Closer     // closed, it ends the shell
	ended   chan struct{} // closed when the provider holds its standard output no more
}

// start the provider and return when it serves, which it then says in a line with this text.
func start(t *testing.T, serves string, environment []string, arguments ...string) *started {
	t.Helper()
	const script = `"$@" & echo $!; exec >&-; read line` // the provider alone keeps the output open
	shell := exec.CommandContext(t.Context(), "/bin/sh",
		append([]string{"-c", script, "sh", build(t)}, arguments...)...)
	shell.Env = environment
	stdin, err := shell.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := shell.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	s := &started{lines: bufio.NewReader(stdout), parent: stdin, ended: make(chan struct{})}
	line, err := s.lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if s.process, err = strconv.Atoi(strings.TrimSpace(line)); err != nil {
		t.Fatal(err)
	}
	for !strings.Contains(line, serves) {
		if line, err = s.lines.ReadString('\n'); err != nil {
			t.Fatalf("it does not say %q: %v", serves, err)
		}
	}
	go func() {
		defer close(s.ended)
		_, _ = io.Copy(io.Discard, s.lines)
	}()
	t.Cleanup(func() {
		select {
		case <-s.ended:
		default:
			_ = syscall.Kill(s.process, syscall.SIGKILL)
		}
		_ = stdin.Close()
		_ = shell.Wait()
	})
	return s
}

func (s *started) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(s.process, signal); err != nil {
		t.Fatal(err)
	}
}

// endsWithin says whether the provider ends in that time.
func (s *started) endsWithin(t *testing.T, limit time.Duration) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	select {
	case <-s.ended:
		return true
	case <-ctx.Done():
		return false
	}
}

// A provider that Terraform started ends with it, and not of a SIGTERM before.
func TestTerminate(t *testing.T) {
	t.Parallel()
	const cookie = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
	s := start(t, "|grpc|", []string{cookie})
	s.signal(t, syscall.SIGTERM)
	if s.endsWithin(t, 2*time.Second) {
		t.Fatal("SIGTERM ended it")
	}
	if err := s.parent.Close(); err != nil {
		t.Fatal(err)
	}
	if !s.endsWithin(t, 5*time.Second) {
		t.Error("it outlives its parent")
	}
}

// Under a debugger the provider says how Terraform attaches to it, and serves until a signal ends
// it, also when the process that started it has ended.
func TestDebug(t *testing.T) {
	t.Parallel()
	s := start(t, `TF_REATTACH_PROVIDERS='{"registry.terraform.io/tanium-community/tanium"`, nil, "-debug")
	if err := s.parent.Close(); err != nil {
		t.Fatal(err)
	}
	if s.endsWithin(t, 2*time.Second) {
		t.Fatal("it ended with the process that started it")
	}
	s.signal(t, syscall.SIGTERM)
	if !s.endsWithin(t, 5*time.Second) {
		t.Error("SIGTERM does not end it")
	}
}
