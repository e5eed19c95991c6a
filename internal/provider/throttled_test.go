// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestThrottled checks that a plan and an apply outlast a rate limit that rejects more reads in a
// row than other failures may fail, and deploy once.
func TestThrottled(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	throttle := simulator.Fault{Field: "endpoints", Kind: simulator.Status, Code: 429, Times: 6}
	s.throttled = time.Minute
	session := newSession(t, s, s)
	if err := s.Fail(throttle); err != nil {
		t.Fatal(err)
	}
	if planned := session.planned(tagging(), nil); hasError(planned.Diagnostics) {
		t.Error(describe(planned.Diagnostics))
	}
	throttle.Field = "action"
	if err := s.Fail(throttle); err != nil {
		t.Fatal(err)
	}
	state, diagnostics := session.apply(t.Context(), tagging(), nil)
	if hasError(diagnostics) || session.attribute(state, "succeeded") != `tftypes.Bool<"true">` {
		t.Error(describe(diagnostics))
	}
	s.expectOneDeployment(t)
}

// TestThrottledTooLong checks the error of a plan after a rate limit has rejected its reads for as
// long as they are repeated.
func TestThrottledTooLong(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	if err := s.Fail(simulator.Fault{Kind: simulator.Status, Code: 429, Times: -1}); err != nil {
		t.Fatal(err)
	}
	text := describe(newSession(t, s, s).planned(tagging(), nil).Diagnostics)
	for _, want := range []string{"Tanium's rate limit was reached (HTTP 429)", "asked again for 1s", "-parallelism"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing: %s", want, text)
		}
	}
	if strings.Contains(text, "Check that the server is running") {
		t.Error(text)
	}
}

// TestThrottledAdvice checks that advice about a request that is not repeated does not say so.
func TestThrottledAdvice(t *testing.T) {
	t.Parallel()
	if got := message.Advice(&gateway.Error{Kind: gateway.KindThrottled}, ""); strings.Contains(got, "asked again") {
		t.Error(got)
	}
	got := message.Advice(&gateway.Error{Kind: gateway.KindThrottled, Throttled: 5 * time.Minute}, "")
	if !strings.Contains(got, "asked again for 5m0s") {
		t.Error(got)
	}
}

// TestThrottledLog checks that a request which pauses for Tanium is in the log, with the pause.
func TestThrottledLog(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	s.throttled = time.Minute
	session := newSession(t, s, s)
	if err := s.Fail(simulator.Fault{Field: "sensors", Kind: simulator.Status, Code: 429, Times: 1}); err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	schemas, err := session.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind := schemas.DataSourceSchemas["tanium_sensor"].ValueType()
	asked, err := tfprotov6.NewDynamicValue(kind, encode(kind, map[string]any{"name": "Computer Name"}))
	if err != nil {
		t.Fatal(err)
	}
	read, err := session.server.ReadDataSource(tflogtest.RootLogger(t.Context(), &logged),
		&tfprotov6.ReadDataSourceRequest{TypeName: "tanium_sensor", Config: &asked})
	if err != nil || hasError(read.Diagnostics) {
		t.Fatal(err, describe(read.Diagnostics))
	}
	if text := logged.String(); !strings.Contains(text, `"@message":"a request to Tanium pauses`) ||
		!strings.Contains(text, `"status":429`) || !strings.Contains(text, `"pause":"`) {
		t.Error(text)
	}
}

// TestLogPause checks what the log says of a pause.
func TestLogPause(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pause gateway.Pause
		want  []string
	}{
		{gateway.Pause{Status: 429, Length: time.Minute, Requested: 24 * time.Hour},
			[]string{"pauses, for less than the server asks for", `"pause":"1m0s"`, `"requested":"24h0m0s"`}},
		{gateway.Pause{Status: 503, Length: time.Minute, Requested: time.Minute},
			[]string{"pauses, as the server asks for"}},
		{gateway.Pause{Status: 429, Length: time.Second}, []string{`"a request to Tanium pauses"`}},
	} {
		var logged bytes.Buffer
		logPause(tflogtest.RootLogger(t.Context(), &logged), c.pause)
		for _, want := range c.want {
			if !strings.Contains(logged.String(), want) {
				t.Errorf("%q is missing: %s", want, logged.String())
			}
		}
	}
}

// TestLogRepeat checks what the log says of a request that is sent again.
func TestLogRepeat(t *testing.T) {
	t.Parallel()
	var logged bytes.Buffer
	logRepeat(tflogtest.RootLogger(t.Context(), &logged), gateway.Repeat{
		Host: "tanium.example.com", Attempt: 2, Attempts: 5, Reason: "connection refused",
	})
	for _, want := range []string{`"@level":"warn"`, `"host":"tanium.example.com"`, `"attempt":2`, `"attempts":5`,
		`"reason":"connection refused"`} {
		if !strings.Contains(logged.String(), want) {
			t.Errorf("%q is missing: %s", want, logged.String())
		}
	}
}
