// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/store"
)

// envChild makes the test binary run the command, so that a test can kill it.
const envChild = "TANIUM_SIMULATOR_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(envChild) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// child is the command as a process.
type child struct {
	*exec.Cmd
	url string
}

func startChild(t *testing.T, arguments ...string) *child {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], arguments...)
	command.Env = append(os.Environ(), envChild+"=1")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	return &child{command, strings.TrimPrefix(strings.TrimSpace(line), "listening on ")}
}

func (c *child) ask(ctx context.Context, query string) (map[string]any, error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+simulator.Path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("session", simulator.DefaultToken)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // it is read
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	var answer struct{ Data map[string]any }
	return answer.Data, json.Unmarshal(raw, &answer)
}

const deploy = `mutation { actionPerform(input: {package: {id: 38355, params: ["x"]}, targets: {actionGroup: {id: 21},
  endpoints: ["274177"]}}) {
  scheduledActions { scheduledAction { id lastAction { id } } } } }`

// After a kill at any moment, every acknowledged command is present exactly once.
func TestKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store")
	const rounds = 15
	var mutex sync.Mutex
	acknowledged := map[string]string{} // scheduled action by action
	for range rounds {
		c := startChild(t, "--listen", "127.0.0.1:0", "--store", path)
		ctx, stop := context.WithCancel(t.Context())
		var workers sync.WaitGroup
		for range 3 {
			workers.Go(func() {
				for ctx.Err() == nil {
					data, err := c.ask(ctx, deploy)
					if err != nil {
						return // killed
					}
					var answer struct {
						ActionPerform struct {
							ScheduledActions []struct {
								ScheduledAction struct {
									ID         string
									LastAction struct{ ID string }
								}
							}
						}
					}
					raw, _ := json.Marshal(data)
					if err := json.Unmarshal(raw, &answer); err != nil ||
						len(answer.ActionPerform.ScheduledActions) != 1 {
						t.Errorf("%v: %s", err, raw)
						return
					}
					made := answer.ActionPerform.ScheduledActions[0].ScheduledAction
					mutex.Lock()
					if acknowledged[made.ID] != "" {
						t.Errorf("duplicate scheduled action %s", made.ID)
					}
					acknowledged[made.ID] = made.LastAction.ID
					mutex.Unlock()
				}
			})
		}
		timer := time.NewTimer(time.Duration(rand.Int64N(int64(40 * time.Millisecond)))) //nolint:gosec // no secret
		<-timer.C
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait()
		stop()
		workers.Wait()
	}
	c := startChild(t, "--listen", "127.0.0.1:0", "--store", path)
	defer c.Process.Kill() //nolint:errcheck // it may be gone
	data, err := c.ask(t.Context(),
		`{ scheduledActions(first: 5000) { totalRecords edges { node { id lastAction { id } } } } }`)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := json.Marshal(data)
	var answer struct {
		ScheduledActions struct {
			Edges []struct {
				Node struct {
					ID         string
					LastAction struct{ ID string }
				}
			}
		}
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, edge := range answer.ScheduledActions.Edges {
		found[edge.Node.ID] = edge.Node.LastAction.ID
	}
	for id, action := range acknowledged {
		if found[id] != action {
			t.Errorf("scheduled action %s with action %s was acknowledged, and is %q after %d kills", id, action,
				found[id], rounds)
		}
	}
	t.Logf("%d kills, %d deployments acknowledged, %d stored", rounds, len(acknowledged), len(found))
	if len(acknowledged) == 0 {
		t.Error("nothing was acknowledged, so that nothing was tested")
	}
}

// An unusable store is rejected by one line and stays unchanged.
func TestBadStore(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	good, err := store.Open(at("good"), "fleet of another kind")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := good.Load(time.Now()); err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		if err := good.Append(bytes.Repeat([]byte{byte(i)}, 100)); err != nil {
			t.Fatal(err)
		}
		if i == 100 {
			break
		}
	}
	if err := good.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(at("good"))
	if err != nil {
		t.Fatal(err)
	}
	corrupt := bytes.Clone(whole)
	for i := 4096 * 2; i < len(corrupt); i++ {
		corrupt[i] ^= 0x5a
	}
	for name, c := range map[string]struct {
		content []byte
		says    string
	}{
		"good":    {whole, "belongs to another fleet or other flags"},
		"text":    {bytes.Repeat([]byte("this is not a store\n"), 2000), "damaged or not a store"},
		"short":   {whole[:5000], "store"},
		"corrupt": {corrupt, "damaged"},
	} {
		if err := os.WriteFile(at(name), c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		err := run(t.Context(), []string{"--listen", "127.0.0.1:0", "--store", at(name)}, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
		if after, err := os.ReadFile(at(name)); err != nil || !bytes.Equal(after, c.content) {
			t.Errorf("%s was changed, %v", name, err)
		}
	}
	c := startChild(t, "--listen", "127.0.0.1:0", "--store", at("shared"))
	defer c.Process.Kill() //nolint:errcheck // it may be gone
	if err := run(t.Context(), []string{"--listen", "127.0.0.1:0", "--store", at("shared")}, io.Discard,
		io.Discard); err == nil || !strings.Contains(err.Error(), "in use by another program") {
		t.Error(err)
	}
	busy := strings.TrimPrefix(c.url, "http://")
	if err := run(t.Context(), []string{"--listen", busy}, io.Discard, io.Discard); err == nil ||
		!strings.Contains(err.Error(), "address already in use") {
		t.Error(err)
	}
}

// A store belongs to the fleet of a file, including the fleet that the file extends.
func TestStoreOfExtendedFleet(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	for name, text := range map[string]string{"plain": "users: []\n", "extended": "extends: builtin\nusers: []\n"} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := startChild(t, "--listen", "127.0.0.1:0", "--store", at("store"), "--fleet", at("extended"))
	if _, err := c.ask(t.Context(), deploy); err != nil {
		t.Fatal(err)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	for _, args := range [][]string{{"--fleet", at("plain")}, {}} {
		err := run(t.Context(), append(args, "--listen", "127.0.0.1:0", "--store", at("store")), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), "belongs to another fleet") {
			t.Errorf("%v: %v", args, err)
		}
	}
}
