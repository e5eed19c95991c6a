// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// The command says where it serves, serves there, and ends when it is told to.
func TestServe(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"--listen", "127.0.0.1:0", "--token", "token-mine", "--speed", "100"}, in)
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !ok {
		t.Fatalf("says %q", line)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+simulator.Path, strings.NewReader(`{"query":"{ now }"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("session", "token-mine")
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK || !strings.Contains(string(body), `"now":"20`) {
		t.Errorf("answers %d: %s", response.StatusCode, body)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// Every answer that can be asked for makes a difference to what is served.
func TestAnswers(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{fmt.Sprintf("%+v", simulator.Options{}): true}
	for _, answer := range []string{"failures-in-errors", "missing-is-error", "deleted-is-shown", "stop-over-is-error", "placeholder", "old-statuses", "count-silent", "derived-packages", "joined-statuses", "old-schema"} {
		var options simulator.Options
		flags{Answer: []string{answer}}.choose(&options)
		if shown := fmt.Sprintf("%+v", options); seen[shown] {
			t.Errorf("%s chooses nothing of its own", answer)
		} else {
			seen[shown] = true
		}
	}
}

// What goes wrong is one clear line.
func TestRefuse(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("users: []\nusrs: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for says, args := range map[string][]string{
		"unknown flag --color":         {"--color"},
		"--speed must be more than 0":  {"--speed", "0"},
		"given together":               {"--tls-cert", "x"},
		"no such file":                 {"--fleet", "/nowhere.yaml"},
		"bad.yaml:[2:1] unknown field": {"--fleet", bad},
		"listen tcp":                   {"--listen", "256.0.0.1:1"},
		"--seed":                       {"--seed", "many"},
		"--answer must be one of":      {"--answer", "perhaps"},
	} {
		err := run(t.Context(), args, io.Discard)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v says %v, want %q", args, err, says)
		}
	}
	var help strings.Builder
	if err := run(t.Context(), []string{"--help"}, &help); err != nil || !strings.Contains(help.String(), "--require-approval") {
		t.Errorf("--help: %v, %s", err, help.String())
	}
}
