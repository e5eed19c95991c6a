// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const fresh = "token-fresh-0123456789"

// write writes a file in a directory of the test.
func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Error(err)
	}
}

// TestReadTokenFile checks what is a token in a file, and that an error has nothing of the content.
func TestReadTokenFile(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	path := filepath.Join(directory, "token")
	for content, says := range map[string]string{
		secret:                              "",
		secret + "\r\n \n":                  "",
		"":                                  "is empty",
		" \n":                               "is empty",
		" " + secret:                        "contains a space",
		secret + "\n" + secret:              "contains a space, a line break",
		secret + "é":                        "contains a space",
		strings.Repeat("x", maxTokenFile+1): "is too long",
	} {
		write(t, path, content)
		got, err := ReadTokenFile(path)
		switch {
		case says == "" && (err != nil || got != secret):
			t.Errorf("%.40q is %q, %v", content, got, err)
		case says != "" && (err == nil || !strings.Contains(err.Error(), says) ||
			strings.Contains(err.Error(), secret)):
			t.Errorf("%.40q: %v", content, err)
		}
	}
	if _, err := ReadTokenFile(filepath.Join(directory, "none")); err == nil || err.Error() != "does not exist" {
		t.Error(err)
	}
	if _, err := ReadTokenFile(directory); err == nil || err.Error() != "is not a regular file" {
		t.Error(err)
	}
}

// rotating is a server that accepts some tokens, and what it was sent.
type rotating struct {
	*httptest.Server

	accepts  func(token string, request int64) bool
	requests atomic.Int64
	rejected http.HandlerFunc
}

func newRotating(t *testing.T, accepts func(token string, request int64) bool) *rotating {
	t.Helper()
	server := &rotating{accepts: accepts, rejected: answer(401, "application/json", `{"text":"Unauthorized"}`)}
	server.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !server.accepts(r.Header.Get("session"), server.requests.Add(1)) {
			server.rejected(w, r)
			return
		}
		data := `{"data":{"action":null}}`
		if strings.Contains(string(body), "actionPerform") {
			data = `{"data":{"actionPerform":{"scheduledActions":[{"scheduledAction":{"id":"1"}}]}}}`
		}
		answer(200, "application/json", data)(w, r)
	}))
	t.Cleanup(server.Close)
	return server
}

// reading returns a client of the server whose token is from a file; empty for none.
func (r *rotating) reading(t *testing.T, file string) *Client {
	t.Helper()
	address, err := ParseAddress(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{
		Address: address, Token: secret, TokenFile: file, BatchWindow: time.Millisecond,
		Retry: Retry{Attempts: 2, MinWait: time.Millisecond, MaxWait: 2 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestRejectedOnce checks that a read survives one rejection, and that a mutation is not repeated
// with the same token.
func TestRejectedOnce(t *testing.T) {
	t.Parallel()
	server := newRotating(t, func(_ string, request int64) bool { return request != 1 })
	file := filepath.Join(t.TempDir(), "token")
	write(t, file, secret)
	for _, file := range []string{"", file} {
		client := server.reading(t, file)
		server.requests.Store(0)
		if _, err := client.Action(t.Context(), "1"); err != nil || server.requests.Load() != 2 {
			t.Errorf("a read of %d requests: %v", server.requests.Load(), err)
		}
		server.requests.Store(0)
		_, err := client.PerformAction(t.Context(), ActionPerformInput{})
		failure := check(t, err, KindUnauthenticated, "Unauthorized")
		if server.requests.Load() != 1 || failure.TokenFile != file || failure.TokenFileError != nil {
			t.Errorf("a mutation of %d requests: %+v", server.requests.Load(), failure)
		}
	}
}

// TestRenewedToken checks that a request whose token was rejected is repeated once with the new
// token of the file, that later requests send it at once, and that both tokens stay secrets.
func TestRenewedToken(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(*Client) error{
		"a read":       func(c *Client) error { _, err := c.Action(t.Context(), "1"); return err },
		"another read": func(c *Client) error { _, err := c.CurrentUser(t.Context()); return err },
	} {
		server := newRotating(t, func(token string, _ int64) bool { return token == fresh })
		file := filepath.Join(t.TempDir(), "token")
		write(t, file, fresh+"\n")
		client := server.reading(t, file)
		for _, want := range []int64{2, 3} {
			if err := send(client); err != nil || server.requests.Load() != want {
				t.Errorf("%s: %d requests, want %d, %v", name, server.requests.Load(), want, err)
			}
		}
		if got := client.Mask(secret + " " + fresh); got != masked+" "+masked {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestRenewedTokenOfMutation checks that a mutation is not sent again with a new token, which the
// next request has: a proxy may have replaced the answer to a mutation that was carried out.
func TestRenewedTokenOfMutation(t *testing.T) {
	t.Parallel()
	server := newRotating(t, func(token string, _ int64) bool { return token == fresh })
	file := filepath.Join(t.TempDir(), "token")
	write(t, file, fresh)
	client := server.reading(t, file)
	_, err := client.PerformAction(t.Context(), ActionPerformInput{})
	if failure := check(t, err, KindUnauthenticated, "Unauthorized"); failure.TokenFile != file {
		t.Errorf("%+v", failure)
	}
	if requests := server.requests.Load(); requests != 1 {
		t.Errorf("%d requests", requests)
	}
	if _, err := client.PerformAction(t.Context(), ActionPerformInput{}); err != nil {
		t.Error(err)
	}
}

// TestRenewedTokenIsRejected checks that a request is repeated only once, and that the error says
// neither token.
func TestRenewedTokenIsRejected(t *testing.T) {
	t.Parallel()
	server := newRotating(t, func(string, int64) bool { return false })
	server.rejected = func(w http.ResponseWriter, r *http.Request) {
		answer(401, "text/plain", "not "+r.Header.Get("session"))(w, r)
	}
	file := filepath.Join(t.TempDir(), "token")
	write(t, file, fresh)
	_, err := server.reading(t, file).CurrentUser(t.Context())
	failure := check(t, err, KindUnauthenticated, "not "+masked)
	if server.requests.Load() != 2 || strings.Contains(err.Error(), fresh) || failure.TokenFile != file {
		t.Errorf("%d requests, %v", server.requests.Load(), err)
	}
}

// TestUnreadTokenFile checks that the token stays if the file cannot be read again, and that the
// error says so.
func TestUnreadTokenFile(t *testing.T) {
	t.Parallel()
	server := newRotating(t, func(string, int64) bool { return false })
	file := filepath.Join(t.TempDir(), "token")
	client := server.reading(t, file)
	_, err := client.Action(t.Context(), "1")
	failure := check(t, err, KindUnauthenticated, "Unauthorized")
	if server.requests.Load() != 2 || failure.TokenFileError == nil {
		t.Errorf("%d requests, %+v", server.requests.Load(), failure)
	}
	write(t, file, "a b")
	_, err = client.PerformAction(t.Context(), ActionPerformInput{})
	failure = check(t, err, KindUnauthenticated, "Unauthorized")
	if server.requests.Load() != 3 || failure.TokenFileError == nil {
		t.Errorf("%d requests, %+v", server.requests.Load(), failure)
	}
}

// TestRenewedTokenOfMany checks that concurrent requests change to the new token together.
func TestRenewedTokenOfMany(t *testing.T) {
	t.Parallel()
	server := newRotating(t, func(token string, _ int64) bool { return token == fresh })
	file := filepath.Join(t.TempDir(), "token")
	write(t, file, fresh)
	client := server.reading(t, file)
	var sending sync.WaitGroup
	for range 20 {
		sending.Go(func() {
			if _, err := client.CurrentUser(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	sending.Wait()
}

// TestLoginPage checks that a login page in place of an answer names the token first, and that a
// read then uses the new token of the file. Other pages and redirects concern the address.
func TestLoginPage(t *testing.T) {
	t.Parallel()
	redirect := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		}
	}
	for name, c := range map[string]struct {
		rejected http.HandlerFunc
		login    bool
	}{
		"openid":         {redirect("https://id.example.com/realms/x/openid-connect/auth"), true},
		"login":          {redirect("/login?next=%2F"), true},
		"auth":           {redirect("/auth"), true},
		"a page":         {answer(200, "text/html; charset=utf-8", "<html>"), true},
		"another text":   {answer(200, "text/plain", "login"), false},
		"another target": {redirect("/console?from=/login"), false},
		"a part of it":   {redirect("/authors"), false},
	} {
		server := newRotating(t, func(token string, _ int64) bool { return token == fresh })
		server.rejected = c.rejected
		file := filepath.Join(t.TempDir(), "token")
		write(t, file, secret)
		client := server.reading(t, file)
		_, err := client.Action(t.Context(), "1")
		failure := check(t, err, KindNotGateway, "")
		const first = "action: Tanium may not accept the API token, or the address is not a Tanium API Gateway"
		if strings.HasPrefix(err.Error(), first) != c.login || failure.MayRejectToken() != c.login ||
			(failure.TokenFile != "") != c.login || server.requests.Load() != 1 {
			t.Errorf("%s: %v, in %d requests", name, err, server.requests.Load())
		}
		write(t, file, fresh)
		if _, err = client.Action(t.Context(), "1"); (err == nil) != c.login {
			t.Errorf("%s: with the new token, %v", name, err)
		}
	}
}
