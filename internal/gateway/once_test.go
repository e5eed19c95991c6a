// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// An interrupt while the server refuses connections prevents a mutation: it does not go out once
// the server is there.
func TestInterruptBeforeAConnection(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := listener.Addr().String()
	_ = listener.Close()
	address, err := ParseAddress("http://" + at)
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{
		Address: address,
		Token:   secret,
		Retry:   Retry{Attempts: 1000, MinWait: time.Millisecond, MaxWait: 10 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := client.PerformAction(ctx, ActionPerformInput{})
		ended <- err
	}()
	interrupt()
	failure := check(t, <-ended, KindCanceled, "")
	if failure.Ambiguous() {
		t.Error("it counts as sent")
	}
	if listener, err = config.Listen(t.Context(), "tcp", at); err != nil {
		t.Skip("the port is taken meanwhile")
	}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			t.Error("it was sent after the interrupt")
		}
	})} //nolint:gosec // a test's server
	go func() { _ = server.Serve(listener) }()
	if response, err := http.Get("http://" + at); err == nil { //nolint:noctx // shows that the server serves
		_ = response.Body.Close()
	}
	_ = server.Close()
}

// A context ends with its parent until there is a connection, and then with the deadline alone.
func TestUntilConnected(t *testing.T) {
	t.Parallel()
	parent, interrupt := context.WithCancel(t.Context())
	before, release := untilConnected(parent)
	defer release()
	interrupt()
	<-before.Done()

	timed, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	parent, interrupt = context.WithCancel(timed)
	after, release := untilConnected(parent)
	defer release()
	httptrace.ContextClientTrace(after).GotConn(httptrace.GotConnInfo{})
	interrupt()
	if after.Err() != nil {
		t.Error("it ends with its parent after it has a connection")
	}
	<-after.Done()
}

// One action on which the server hangs fails none of the others that are asked for in the same
// request.
func TestHangingAction(t *testing.T) {
	t.Parallel()
	released := make(chan struct{})
	var shared atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if bytes.Contains(body, []byte(`"GetDeployments"`)) {
			shared.Add(1)
		}
		if bytes.Contains(body, []byte(`"hangs"`)) {
			<-released
			return
		}
		var asked struct{ Variables struct{ ID string } }
		if err := json.Unmarshal(body, &asked); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"data":{"action":{"id":%q,"status":"OPEN","results":{}}}}`, asked.Variables.ID)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(released) })
	address, err := ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{
		Address:        address,
		Token:          secret,
		RequestTimeout: 2 * time.Second,
		Retry:          Retry{Attempts: -1},
		Gathering:      50 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	var asking sync.WaitGroup
	for i := range slots {
		id := fmt.Sprint(i)
		if i == 7 {
			id = "hangs"
		}
		asking.Go(func() {
			action, err := client.Action(t.Context(), id)
			if (err != nil) != (id == "hangs") || (err == nil && action.Id != id) {
				t.Errorf("action %s is %v, %v", id, action, err)
			}
		})
	}
	asking.Wait()
	if shared.Load() != 1 {
		t.Errorf("%d shared requests", shared.Load())
	}
}

// The property of shared requests: no caller gets another's answer, whatever the server refuses and
// whichever caller gives up.
func TestSharedAnswersAreOnesOwn(t *testing.T) {
	t.Parallel()
	var served atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			OperationName string
			Variables     map[string]any
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		data := map[string]any{}
		put := func(name string, id any) {
			data[name] = map[string]any{"id": id, "status": "OPEN", "results": map[string]any{}}
		}
		if asked.OperationName == "GetAction" {
			put("action", asked.Variables["id"])
		}
		for i := range slots {
			if asked.Variables[fmt.Sprint("withAction", i)] == true {
				put(fmt.Sprint("action", i), asked.Variables[fmt.Sprint("actionId", i)])
			}
		}
		answer := map[string]any{"data": data}
		if served.Add(1)%5 == 0 {
			answer = map[string]any{"errors": []any{map[string]any{"message": "not now"}}}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(server.Close)
	address, err := ParseAddress(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{
		Address:   address,
		Token:     secret,
		Retry:     Retry{Attempts: -1},
		Gathering: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	var asking sync.WaitGroup
	for i := range 1000 {
		id := fmt.Sprint(i)
		ctx, cancel := context.WithCancel(t.Context())
		if i%7 == 0 {
			time.AfterFunc(time.Duration(i%5)*time.Millisecond, cancel)
		} else {
			t.Cleanup(cancel)
		}
		asking.Go(func() {
			if action, err := client.Action(ctx, id); err == nil && action != nil && action.Id != id {
				t.Errorf("asked for %s, got %s", id, action.Id)
			}
		})
	}
	asking.Wait()
}
