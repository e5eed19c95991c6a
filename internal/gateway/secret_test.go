// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"net/http"
	"strings"
	"testing"
)

// dialAs is serve for a client with a token.
func dialAs(t *testing.T, token string, handler http.HandlerFunc) *Client {
	t.Helper()
	plain, _ := serve(t, handler)
	client, err := New(Options{Address: plain.Address(), Token: token, Retry: Retry{Attempts: -1}})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestTokenInData checks that no token changes what the client decodes: the content type, a name, a
// number or a key. A mock may have a token of one letter.
func TestTokenInData(t *testing.T) {
	t.Parallel()
	const name = "testmachine999"
	for _, token := range []string{"t", "test", "1", "data", "endpoints", "application/json", name} {
		client := dialAs(t, token, answer(200, "application/json",
			`{"data":{"endpoints":{"totalRecords":1,"edges":[{"node":{"id":"1","name":"`+name+`"}}],`+
				`"pageInfo":{"hasNextPage":false}}}}`))
		page, err := client.Endpoints(t.Context(), EndpointsRequest{First: 1})
		if err != nil || page.Total != 1 || len(page.Endpoints) != 1 || page.Endpoints[0].Name != name {
			t.Errorf("%s: %+v, %v", token, page, err)
		}
	}
}

// TestShortToken checks that a short token is not masked in an error, and that one of eight
// characters is.
func TestShortToken(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{
		"test":     `the test failed, with "test-1234"`,
		"test-12":  `the test failed, with "test-1234"`,
		"test-123": `the test failed, with "` + masked + `4"`,
	} {
		client := dialAs(t, token, answer(403, "text/plain", `the test failed, with "test-1234"`))
		_, err := client.Endpoints(t.Context(), EndpointsRequest{First: 1})
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v", token, err)
		}
	}
}

// TestTokenIsMaskedInErrors checks errors that arise after the transport, and a token where a
// message is cut.
func TestTokenIsMaskedInErrors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxMessage-10) + secret
	for name, handler := range map[string]http.HandlerFunc{
		"a long text":    answer(403, "text/plain", long),
		"a long message": answer(200, "application/json", `{"errors":[{"message":"`+long+`"}]}`),
		"an argument": answer(200, "application/json",
			`{"errors":[{"message":"x","extensions":{"argumentErrors":[{"message":"`+secret+`"}]}}]}`),
		"a number": answer(200, "application/json", `{"data":{"endpoints":{"totalRecords":"`+secret+`"}}}`),
		"a time": answer(200, "application/json",
			`{"data":{"action":{"id":"1","creationTime":"`+secret+`","expirationTime":"`+secret+`"}}}`),
		"a long content type": answer(200, "text/"+long, "x"),
	} {
		client, _ := serve(t, handler)
		_, listed := client.Endpoints(t.Context(), EndpointsRequest{First: 1})
		_, read := client.Action(t.Context(), "1")
		for _, err := range []error{listed, read} {
			if err != nil && strings.Contains(err.Error(), secret[:10]) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if listed == nil && read == nil {
			t.Errorf("%s is no error", name)
		}
	}
	client, _ := serve(t, answer(200, "application/json", "{}"))
	if got := client.Mask("| " + secret); got != "| "+masked {
		t.Error(got)
	}
}
