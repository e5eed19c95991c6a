// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/record"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// A replay answers from the folder that it is given, and prints what is not in it.
func TestReplay(t *testing.T) {
	t.Parallel()
	folder, err := record.Create(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	known := record.Exchange{Operation: "Now", Status: http.StatusOK, ContentType: "application/json"}
	known.SetBody([]byte(`{"data":{"now":"2026-03-07T09:00:00Z"}}`))
	if err := folder.Add(t.Context(), known); err != nil {
		t.Fatal(err)
	}
	var warned strings.Builder
	handler, err := replayFlags{Folder: folder.Path()}.handler(&warned)
	if err != nil {
		t.Fatal(err)
	}
	for operation, says := range map[string]string{"Now": "2026-03-07T09:00:00Z", "Later": "no exchange of Later"} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, simulator.Path,
			strings.NewReader(`{"operationName":"`+operation+`","query":"query `+operation+`"}`)))
		if !strings.Contains(answer.Body.String(), says) {
			t.Errorf("%s: %s", operation, answer.Body)
		}
	}
	if !strings.Contains(warned.String(), "tanium-simulator: the record has no exchange of Later") {
		t.Errorf("it prints %q", warned.String())
	}
	var help strings.Builder
	if err := run(t.Context(), []string{"replay", "--help"}, &help, io.Discard); err != nil ||
		!strings.Contains(help.String(), "TANIUM_RECORD") || strings.Contains(help.String(), "--speed") {
		t.Errorf("--help: %v, %s", err, help.String())
	}
}
