// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The error for HTTPS on a port for HTTP, and the reverse, names the wrong scheme.
func TestWrongScheme(t *testing.T) {
	t.Parallel()
	nothing := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") })
	plain, secure := httptest.NewServer(nothing), httptest.NewUnstartedServer(nothing)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	read := func(url string) error {
		address, err := ParseAddress(url)
		if err != nil {
			t.Fatal(err)
		}
		client, err := New(Options{Address: address, Token: secret, Retry: Retry{Attempts: -1}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.PackageSpecs(t.Context(), Ref{ID: "1"})
		return err
	}
	failure := check(t, read(strings.Replace(plain.URL, "http:", "https:", 1)), KindNotGateway,
		"it answers in plain HTTP, but the address begins with https://")
	if failure.Sent || failure.Ambiguous() {
		t.Errorf("%+v", failure)
	}
	// The server answers 400 and resets the connection. The reset may arrive before the answer.
	var other *Error
	if err := read(strings.Replace(secure.URL, "https:", "http:", 1)); !errors.As(err, &other) || !other.Plaintext ||
		!other.Sent {
		t.Fatalf("%+v", other)
	}
	if other.StatusCode == http.StatusBadRequest {
		_ = check(t, other, KindNotGateway, "it may expect HTTPS, but the address begins with http://")
	}
}

// If a server answers plain HTTP with a TLS alert, there is no answer. The error still says that
// the request was sent by HTTP.
func TestPlaintextIsKept(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = connection.Read(make([]byte, 4096)) // the request has gone out
			_, _ = connection.Write([]byte{0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x0a})
			_ = connection.Close()
		}
	}()
	address, err := ParseAddress("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{Address: address, Token: secret, Retry: Retry{Attempts: -1}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.PackageSpecs(t.Context(), Ref{ID: "1"})
	if failure := check(t, err, KindUnreachable, ""); !failure.Plaintext || !failure.Sent {
		t.Errorf("%+v", failure)
	}
}

func TestValidToken(t *testing.T) {
	t.Parallel()
	for token, valid := range map[string]bool{
		"token-0123abc": true,
		"1-224-abc":     true,
		"token-1\n":     false,
		"token 1":       false,
		"token-é":       false,
		"\x00":          false,
	} {
		if ValidToken(token) != valid {
			t.Errorf("%q is valid: %t", token, !valid)
		}
	}
}
