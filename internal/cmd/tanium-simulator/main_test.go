// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// The command prints its address, serves there, and exits when it is stopped.
func TestServe(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"--listen", "127.0.0.1:0", "--token", "token-mine", "--speed", "100"}, in, io.Discard)
		_ = in.CloseWithError(err) // a command that does not start prints nothing
		ended <- err
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !ok {
		t.Fatalf("says %q", line)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+simulator.Path,
		strings.NewReader(`{"query":"{ now }"}`))
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

// The clock of a server may be wrong, and its answers have the time that it shows.
func TestClockAhead(t *testing.T) {
	t.Parallel()
	loaded, _, err := flags{Speed: 1, ClockAhead: -10 * time.Minute}.simulator()
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	loaded.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet,
		"http://localhost"+simulator.Path, http.NoBody))
	date, err := http.ParseTime(answer.Header().Get("Date"))
	if behind := time.Since(date); err != nil || behind < 9*time.Minute || behind > 12*time.Minute {
		t.Errorf("it answers on %q", answer.Header().Get("Date"))
	}
}

// Every value of --answer changes the options.
func TestAnswers(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{fmt.Sprintf("%+v", simulator.Options{}): true}
	for _, answer := range answerNames() {
		var options simulator.Options
		flags{Answer: []string{answer}}.applyAnswers(&options)
		if shown := fmt.Sprintf("%+v", options); seen[shown] {
			t.Errorf("%s chooses nothing of its own", answer)
		} else {
			seen[shown] = true
		}
	}
}

// An error is one clear line.
func TestRefuse(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("users: []\nusrs: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for says, args := range map[string][]string{
		"unknown flag --color":         {"--color"},
		"given together":               {"--tls-cert", "x"},
		"no such file":                 {"--fleet", "/nowhere.yaml"},
		"bad.yaml:[2:1] unknown field": {"--fleet", bad},
		"listen tcp":                   {"--listen", "256.0.0.1:1"},
		"--seed":                       {"--seed", "many"},
		"--answer must be one of":      {"--answer", "perhaps"},
		"expected \"<dir>\"":           {"replay"},
		"open /nowhere":                {"replay", "/nowhere"},
		"has no exchanges":             {"replay", t.TempDir()},
	} {
		err := run(t.Context(), args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v says %v, want %q", args, err, says)
		}
	}
	var help strings.Builder
	if err := run(t.Context(), []string{"--help"}, &help, io.Discard); err != nil ||
		!strings.Contains(help.String(), "--require-approval") || !strings.Contains(help.String(), "replay DIR") {
		t.Errorf("--help: %v, %s", err, help.String())
	}
}

func output(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	if err := run(t.Context(), args, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestVersion(t *testing.T) {
	t.Parallel()
	if got := output(t, "--version"); got != "tanium-simulator dev\n" {
		t.Errorf("says %q", got)
	}
}

// The help shows the default of every flag that has one.
func TestHelpShowsDefaults(t *testing.T) {
	t.Parallel()
	var given flags
	parser, err := kong.New(&given, flagTexts())
	if err != nil {
		t.Fatal(err)
	}
	for _, flag := range parser.Model.Flags {
		if flag.Name != "help" && flag.Name != "version" && !strings.Contains(flag.Help, "default") {
			t.Errorf("--%s says %q", flag.Name, flag.Help)
		}
	}
	help := strings.Join(strings.Fields(output(t, "--help")), " ") // undo the wrapping
	for _, says := range []string{"(default 127.0.0.1:8443)", "Seed of the simulated durations (default 1)",
		"Simulated seconds per second (default 1)",
		"(default: the built-in fleet)", "(default false)"} {
		if !strings.Contains(help, says) {
			t.Errorf("does not say %q: %s", says, help)
		}
	}
}

// The printed fleet is a file of the same fleet. The built-in fleet is printed unchanged.
func TestPrintFleet(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("../../simulator/fleet/builtin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := output(t, "--print-fleet"); got != string(whole) {
		t.Errorf("prints %s", got)
	}
	own := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(own, []byte("extends: builtin\nendpoints: [{id: '1001', name: mine, profile: aix}]\n"),
		0o600); err != nil {
		t.Fatal(err)
	}
	again, err := fleet.Load("printed",
		strings.NewReader(output(t, "--print-fleet", "--fleet", own, "--endpoints", "40")))
	if err != nil || len(again.Endpoints) != 40 || again.Endpoint("1001").Name != "mine" {
		t.Errorf("prints a fleet of %d endpoints, %v", len(again.Endpoints), err)
	}
	if err := run(t.Context(), []string{"--print-fleet", "--fleet", "/nowhere.yaml"}, io.Discard,
		io.Discard); err == nil {
		t.Error("a file that is not there is printed")
	}
}
