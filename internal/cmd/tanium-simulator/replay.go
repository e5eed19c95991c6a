// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/alecthomas/kong"

	"github.com/tanium-community/terraform-provider-tanium/internal/record"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/replay"
)

// replayCommand is the first argument of a replay.
const replayCommand = "replay"

// replayFlags are the flags of a replay. It has none of the simulator's, because it has no fleet.
type replayFlags struct {
	Folder  string `arg:"" help:"Folder that the provider has written because of TANIUM_RECORD." name:"dir"`
	Listen  string `default:"127.0.0.1:8443" help:"Address to listen on (default ${default})." placeholder:"ADDR"`
	TLSCert string `help:"HTTPS certificate (default: none, HTTP)." name:"tls-cert" placeholder:"FILE"`
	TLSKey  string `help:"Key of the certificate (default: none, HTTP)." name:"tls-key" placeholder:"FILE"`
}

// runReplay serves a record.
func runReplay(ctx context.Context, args []string, out, warn io.Writer) error {
	var given replayFlags
	exited := false // --help has printed its output
	parser, err := kong.New(&given, kong.Name("tanium-simulator "+replayCommand), kong.Writers(out, io.Discard),
		kong.Exit(func(int) { exited = true }),
		kong.Description("Answers the provider from a record of a bug report. It accepts every token."))
	if err != nil {
		return err
	}
	if _, err := parser.Parse(args); exited || err != nil {
		if exited {
			return nil
		}
		return err
	}
	served := flags{Listen: given.Listen, TLSCert: given.TLSCert, TLSKey: given.TLSKey, Speed: 1}
	if err := served.check(); err != nil {
		return err
	}
	handler, err := given.handler(warn)
	if err != nil {
		return err
	}
	return served.serve(ctx, handler, out, io.Discard, defaultTimeouts())
}

// handler returns the gateway that answers from the record.
func (f replayFlags) handler(warn io.Writer) (http.Handler, error) {
	exchanges, err := record.Read(f.Folder)
	if err != nil {
		return nil, err
	}
	if len(exchanges) == 0 {
		return nil, fmt.Errorf("%s has no exchanges", f.Folder)
	}
	gateway, err := replay.New(exchanges, time.Now, func(text string) {
		_, _ = fmt.Fprintln(warn, "tanium-simulator:", text)
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(simulator.Path, gateway)
	return mux, nil
}
