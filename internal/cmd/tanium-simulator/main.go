// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Command tanium-simulator serves a local Tanium gateway.
//
// It prints one line, "listening on http://127.0.0.1:PORT", once it serves, and ends on an interrupt. What goes wrong is one line and a non-zero
// exit.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/store"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/world"
)

// version is set by a release build.
var version = "dev"

type flags struct {
	Listen          string   `default:"127.0.0.1:8443" help:"Address to listen on; port 0 picks a free one (default ${default})." placeholder:"ADDR"`
	Token           []string `help:"An API token to accept, besides those of the fleet's users (repeatable; default none)." placeholder:"T"`
	Fleet           string   `help:"YAML file of the fleet (default: the one built in)." placeholder:"FILE"`
	PrintFleet      bool     `help:"Print the fleet as a YAML file to start from, and exit (default ${default})." default:"false"`
	Endpoints       int      `help:"Grow the fleet to so many endpoints, made after those it has (default: those it has)." placeholder:"N"`
	Store           string   `help:"Keep everything in a file, across restarts (default: in memory alone)." placeholder:"FILE"`
	Seed            uint64   `default:"1" help:"Seed of how long things take (default ${default})." placeholder:"N"`
	Speed           float64  `default:"1" help:"Simulated seconds per second (default ${default})." placeholder:"X"`
	Answer          []string `enum:"failures-in-errors,missing-is-error,deleted-is-shown,stop-over-is-error,placeholder,old-statuses,count-silent,derived-packages,joined-statuses,comments-cut,comments-upper,comments-escaped,comments-blanks,old-schema" help:"An answer that Tanium's documentation leaves open, other than by default (repeatable; default none): ${enum}." placeholder:"NAME"`
	RequireApproval bool     `help:"Scheduled actions wait for scheduledActionApprove by another user (default ${default})." default:"false"`
	TLSCert         string   `help:"Certificate to serve HTTPS with (default: none, HTTP)." name:"tls-cert" placeholder:"FILE"`
	TLSKey          string   `help:"Key of the certificate (default: none, HTTP)." name:"tls-key" placeholder:"FILE"`

	Version kong.VersionFlag `help:"Print the version, and exit."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "tanium-simulator:", err)
		os.Exit(1)
	}
}

// run the command. It writes what was asked for to out, and what a person had better know to warn.
func run(ctx context.Context, args []string, out, warn io.Writer) error {
	var given flags
	left := false // --help or --version has printed what was asked for
	parser, err := kong.New(&given, kong.Name("tanium-simulator"), kong.Writers(out, io.Discard), kong.Exit(func(int) { left = true }),
		kong.Vars{"version": "tanium-simulator " + version},
		kong.Description("Serves a local Tanium gateway, for writing and testing Terraform modules without a tenant."))
	if err != nil {
		return err
	}
	if _, err := parser.Parse(args); left || err != nil {
		if left {
			return nil
		}
		return err
	}
	if err := given.check(); err != nil {
		return err
	}
	if given.PrintFleet {
		return given.printFleet(out)
	}
	handler, closer, err := given.simulator()
	if err != nil {
		return err
	}
	return errors.Join(given.serve(ctx, handler, out, warn, usualTimeouts()), closer())
}

// Bounds of flags. At the highest speed the clock reaches its end after hours, and the largest fleet
// takes about a gigabyte.
const (
	maxSpeed     = 1_000_000
	maxEndpoints = 1_000_000
)

// check refuses flags that make no sense.
func (f flags) check() error {
	switch {
	case math.IsNaN(f.Speed) || f.Speed <= 0 || f.Speed > maxSpeed:
		return fmt.Errorf("--speed must be more than 0 and at most %d, not %g", maxSpeed, f.Speed)
	case f.Endpoints < 0 || f.Endpoints > maxEndpoints:
		return fmt.Errorf("--endpoints must be between 0 and %d, not %d", maxEndpoints, f.Endpoints)
	case (f.TLSCert == "") != (f.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key are given together or not at all")
	default:
		return nil
	}
}

// simulator makes what is served, and what closes it.
func (f flags) simulator() (*simulator.Simulator, func() error, error) {
	nothing := func() error { return nil }
	begin, err := f.fleet()
	if err != nil {
		return nil, nil, err
	}
	options := simulator.Options{Fleet: begin, Clock: clock.New(time.Now, f.Speed), Seed: f.Seed, Tokens: f.Token, RequireApproval: f.RequireApproval}
	f.choose(&options)
	if f.Store == "" {
		served, err := simulator.New(options)
		return served, nothing, err
	}
	shape := fmt.Sprintf("fleet %s with %d endpoints, seed %d, approval %t, answers %v", begin.Digest, len(begin.Endpoints), f.Seed, f.RequireApproval, f.Answer)
	if options.Store, err = store.Open(f.Store, shape); err != nil {
		return nil, nil, err
	}
	served, err := simulator.New(options)
	if err != nil {
		return nil, nil, errors.Join(err, options.Store.Close())
	}
	return served, options.Store.Close, nil
}

// choose the answers that are asked for.
func (f flags) choose(options *simulator.Options) {
	unknowns := &options.Unknowns
	for _, answer := range f.Answer {
		switch answer {
		case "failures-in-errors":
			unknowns.FailuresInErrors = true
		case "missing-is-error":
			unknowns.MissingIsError = true
		case "deleted-is-shown":
			unknowns.Deleted = world.DeletedIsShown
		case "stop-over-is-error":
			unknowns.StopOverIsError = true
		case "placeholder":
			unknowns.Placeholder = true
		case "old-statuses":
			unknowns.OldStatuses = true
		case "count-silent":
			unknowns.CountSilent = true
		case "derived-packages":
			unknowns.DerivedPackages = true
		case "joined-statuses":
			unknowns.JoinedStatuses = true
		case "comments-cut":
			unknowns.Comments = world.CommentsCut
		case "comments-upper":
			unknowns.Comments = world.CommentsUpper
		case "comments-escaped":
			unknowns.Comments = world.CommentsEscaped
		case "comments-blanks":
			unknowns.Comments = world.CommentsBlanks
		case "old-schema":
			options.OldSchema = true
		}
	}
}

func (f flags) fleet() (*fleet.Fleet, error) {
	begin, err := fleet.Builtin()
	if f.Fleet != "" {
		file, failed := os.Open(f.Fleet)
		if failed != nil {
			return nil, failed
		}
		defer file.Close() //nolint:errcheck // it was read
		begin, err = fleet.Load(f.Fleet, file)
	}
	if err != nil || f.Endpoints == 0 {
		return begin, err
	}
	return begin.Grow(f.Endpoints, f.Seed)
}

func (f flags) printFleet(out io.Writer) error {
	begin, err := f.fleet()
	if err != nil {
		return err
	}
	text, err := begin.YAML()
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}

// timeouts keep clients that never finish from holding a connection for ever. None bounds an answer,
// which may be delayed on demand.
type timeouts struct{ header, read, idle time.Duration }

func usualTimeouts() timeouts {
	return timeouts{header: 10 * time.Second, read: 30 * time.Second, idle: 2 * time.Minute}
}

const shutdownTimeout = 3 * time.Second

// serve until the context ends.
func (f flags) serve(ctx context.Context, handler http.Handler, out, warn io.Writer, within timeouts) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.Listen)
	if err != nil {
		return err
	}
	if at, ok := listener.Addr().(*net.TCPAddr); ok && !at.IP.IsLoopback() {
		_, _ = fmt.Fprintf(warn, "tanium-simulator: warning: everybody who can reach %s can use the control calls, "+
			"which need no token\n", at)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: within.header, ReadTimeout: within.read, IdleTimeout: within.idle}
	ended := make(chan error, 1)
	scheme := "http"
	if f.TLSCert != "" {
		scheme = "https"
		go func() { ended <- server.ServeTLS(listener, f.TLSCert, f.TLSKey) }()
	} else {
		go func() { ended <- server.Serve(listener) }()
	}
	if _, err := fmt.Fprintf(out, "listening on %s://%s\n", scheme, listener.Addr()); err != nil {
		return err
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return server.Close()
	}
	return nil
}
