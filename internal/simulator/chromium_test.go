// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"
)

// envChromium is the environment variable that names the program of the browser. Without it, tests
// that need a browser are skipped.
const envChromium = "CHROMIUM"

// chromium is a browser without a window. Each test has a tab of it.
type chromium struct {
	command *exec.Cmd
	// folder has the browser's profile.
	folder string
	// control is the address at which the browser opens and closes tabs.
	control string
}

//nolint:gochecknoglobals // the tests share one browser: to start it takes longer than most of them
var browser = struct {
	sync.Mutex
	started *chromium
}{}

// TestMain ends the browser.
func TestMain(m *testing.M) {
	code := m.Run()
	if browser.started != nil {
		browser.started.end()
	}
	os.Exit(code)
}

// sharedBrowser returns the browser, and starts it for the first test. It skips the test if there
// is none.
func sharedBrowser(t testing.TB) *chromium {
	t.Helper()
	program := os.Getenv(envChromium)
	if program == "" {
		t.Skip(envChromium + " does not name a browser")
	}
	browser.Lock()
	defer browser.Unlock()
	if browser.started == nil {
		started, err := startChromium(program)
		if err != nil {
			t.Fatal(err)
		}
		browser.started = started
	}
	return browser.started
}

// startChromium starts a browser. No name resolves in it, so that a page cannot load anything from
// a content delivery network.
func startChromium(program string) (*chromium, error) {
	folder, err := os.MkdirTemp("", "chromium")
	if err != nil {
		return nil, err
	}
	//nolint:gosec,noctx // the program is the developer's; it outlives the test that starts it
	command := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--user-data-dir="+folder,
		"--window-size=1300,900", "--remote-debugging-port=0", "about:blank")
	started := &chromium{command: command, folder: folder}
	output, err := command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		found := regexp.MustCompile(`^DevTools listening on ws://(\S+?)/`).FindStringSubmatch(lines.Text())
		if found != nil {
			started.control = "http://" + found[1] + "/json/"
			go func() { _, _ = io.Copy(io.Discard, output) }()
			return started, nil
		}
	}
	started.end()
	return nil, errors.New("the browser ended before it listened")
}

// end ends the browser, which ends its other processes, and removes its profile.
func (c *chromium) end() {
	if c.command.Process.Signal(os.Interrupt) != nil {
		_ = c.command.Process.Kill()
	}
	_ = c.command.Wait()
	_ = os.RemoveAll(c.folder)
}

// open opens a page in a tab, which is closed when the test ends.
func (c *chromium) open(t testing.TB, page string) {
	t.Helper()
	var tab struct{ ID string }
	if err := json.Unmarshal(c.call(t, http.MethodPut, "new?"+url.QueryEscape(page)), &tab); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.call(t, http.MethodGet, "close/"+tab.ID) })
}

// call sends a command to the browser and returns its answer.
func (c *chromium) call(t testing.TB, method, command string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), method, c.control+command, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v: %s", response.Status, err, answer)
	}
	return answer
}
