// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Command tanium-simulator serves a local Tanium gateway.
//
// With "replay DIR", it answers from a record of the provider instead.
//
// It prints one line, "listening on http://127.0.0.1:PORT", when it is ready, and exits on an
// interrupt. A failure prints one line and exits with a non-zero status.
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
	"slices"
	"strings"
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
	Listen          string   `default:"127.0.0.1:8443" help:"${listenHelp} (default ${default})." placeholder:"ADDR"`
	Token           []string `help:"${tokenHelp}" placeholder:"T"`
	Fleet           string   `help:"YAML file of the fleet (default: the built-in fleet)." placeholder:"FILE"`
	PrintFleet      bool     `default:"false" help:"${printFleetHelp} (default ${default})."`
	Endpoints       int      `help:"${endpointsHelp}" placeholder:"N"`
	Store           string   `help:"File that keeps all data across restarts (default: in memory)." placeholder:"FILE"`
	Seed            uint64   `default:"1" help:"Seed of the simulated durations (default ${default})." placeholder:"N"`
	Speed           float64  `default:"1" help:"Simulated seconds per second (default ${default})." placeholder:"X"`
	Answer          []string `enum:"${answers}" help:"${answerHelp}" placeholder:"NAME"`
	Without         []string `help:"${withoutHelp}" placeholder:"PART"`
	RequireApproval bool     `default:"false" help:"${requireApprovalHelp} (default ${default})."`
	TLSCert         string   `help:"HTTPS certificate (default: none, HTTP)." name:"tls-cert" placeholder:"FILE"`
	TLSKey          string   `help:"Key of the certificate (default: none, HTTP)." name:"tls-key" placeholder:"FILE"`

	ClockAhead time.Duration `default:"0s" help:"${clockAheadHelp} (default ${default})." placeholder:"DURATION"`

	Version kong.VersionFlag `help:"Print the version, and exit."`
}

// flagTexts holds the texts that do not fit into the tags of flags.
func flagTexts() kong.Vars {
	return kong.Vars{
		"version":        "tanium-simulator " + version,
		"listenHelp":     "Address to listen on; port 0 picks a free one",
		"tokenHelp":      "API token to accept besides those of the fleet's users (repeatable; default none).",
		"printFleetHelp": "Print the fleet as a YAML file to start from, and exit",
		"endpointsHelp":  "Grow the fleet to this number of endpoints (default: the number it has).",
		"withoutHelp": "Part of the schema that the tenant lacks, such as Query.actions or Query.endpoints(sort) " +
			"(repeatable; default none).",
		"requireApprovalHelp": "Another user must approve each scheduled action",
		"clockAheadHelp":      "Time by which the clock is ahead of this machine's; negative if it is behind",
		"answers":             strings.Join(answerNames(), ","),
		"answerHelp": "How to answer where Tanium's documentation leaves the answer open (repeatable; default none): " +
			strings.Join(answerNames(), ", ") + ".",
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "tanium-simulator:", err)
		os.Exit(1)
	}
}

// run runs the command. It writes the requested output to out and warnings to warn.
func run(ctx context.Context, args []string, out, warn io.Writer) error {
	if len(args) > 0 && args[0] == replayCommand {
		return runReplay(ctx, args[1:], out, warn)
	}
	var given flags
	exited := false // --help or --version has printed its output
	parser, err := kong.New(&given, kong.Name("tanium-simulator"), kong.Writers(out, io.Discard),
		kong.Exit(func(int) { exited = true }), flagTexts(),
		kong.DefaultEnvars("TANIUM_SIMULATOR"), // a service container of a pipeline has no arguments
		kong.Description("Serves a local Tanium gateway, for writing and testing Terraform modules without a tenant. "+
			"\"tanium-simulator replay DIR\" answers from the record of a bug report instead; see its --help."))
	if err != nil {
		return err
	}
	if _, err := parser.Parse(args); exited || err != nil {
		if exited {
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
	return errors.Join(given.serve(ctx, handler, out, warn, defaultTimeouts()), closer())
}

// Limits of flags. At the highest speed the clock reaches its end after hours. The largest fleet
// takes about a gigabyte.
const (
	maxSpeed     = 1_000_000
	maxEndpoints = 1_000_000
)

// check rejects flag values that make no sense.
func (f flags) check() error {
	switch {
	case math.IsNaN(f.Speed) || f.Speed <= 0 || f.Speed > maxSpeed:
		return fmt.Errorf("--speed must be more than 0 and at most %d, not %g", maxSpeed, f.Speed)
	case f.Endpoints < 0 || f.Endpoints > maxEndpoints:
		return fmt.Errorf("--endpoints must be between 0 and %d, not %d", maxEndpoints, f.Endpoints)
	case (f.TLSCert == "") != (f.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key must be given together")
	default:
		return nil
	}
}

// simulator makes the handler, and the function that closes its store.
func (f flags) simulator() (*simulator.Simulator, func() error, error) {
	noClose := func() error { return nil }
	loaded, err := f.fleet()
	if err != nil {
		return nil, nil, err
	}
	options := simulator.Options{
		Fleet:           loaded,
		Clock:           clock.New(func() time.Time { return time.Now().Add(f.ClockAhead) }, f.Speed),
		Seed:            f.Seed,
		Tokens:          f.Token,
		RequireApproval: f.RequireApproval,
		Without:         f.Without,
	}
	f.applyAnswers(&options)
	if f.Store == "" {
		served, err := simulator.New(options)
		return served, noClose, err
	}
	shape := fmt.Sprintf("fleet %s with %d endpoints, seed %d, approval %t, answers %v", loaded.Digest,
		len(loaded.Endpoints), f.Seed, f.RequireApproval, f.Answer)
	if options.Store, err = store.Open(f.Store, shape); err != nil {
		return nil, nil, err
	}
	served, err := simulator.New(options)
	if err != nil {
		return nil, nil, errors.Join(err, options.Store.Close())
	}
	return served, options.Store.Close, nil
}

// answer is a value of --answer.
type answer struct {
	name  string
	apply func(*simulator.Options)
}

// answers lists the values of --answer in the order of the help.
func answers() []answer {
	return []answer{
		{"failures-in-errors", func(o *simulator.Options) { o.Unknowns.FailuresInErrors = true }},
		{"missing-is-error", func(o *simulator.Options) { o.Unknowns.MissingIsError = true }},
		{"deleted-is-shown", func(o *simulator.Options) { o.Unknowns.Deleted = world.DeletedIsShown }},
		{"stop-over-is-error", func(o *simulator.Options) { o.Unknowns.StopOverIsError = true }},
		{"placeholder", func(o *simulator.Options) { o.Unknowns.Placeholder = true }},
		{"old-statuses", func(o *simulator.Options) { o.Unknowns.OldStatuses = true }},
		{"count-silent", func(o *simulator.Options) { o.Unknowns.CountSilent = true }},
		{"late-reports", func(o *simulator.Options) { o.Unknowns.LateReports = time.Minute }},
		{"derived-packages", func(o *simulator.Options) { o.Unknowns.DerivedPackages = true }},
		{"encoded-parameters", func(o *simulator.Options) { o.Unknowns.Parameters = world.ParametersEncoded }},
		{"partly-encoded-parameters", func(o *simulator.Options) {
			o.Unknowns.Parameters = world.ParametersPartlyEncoded
		}},
		{"joined-statuses", func(o *simulator.Options) { o.Unknowns.JoinedStatuses = true }},
		{"succeeded-statuses", func(o *simulator.Options) { o.Unknowns.SucceededStatuses = true }},
		{"never-issued", func(o *simulator.Options) { o.Unknowns.NeverIssued = true }},
		{"approve-again", func(o *simulator.Options) { o.Unknowns.ApproveAgain = true }},
		{"comments-cut", func(o *simulator.Options) { o.Unknowns.Comments = world.CommentsCut }},
		{"comments-upper", func(o *simulator.Options) { o.Unknowns.Comments = world.CommentsUpper }},
		{"comments-escaped", func(o *simulator.Options) { o.Unknowns.Comments = world.CommentsEscaped }},
		{"comments-blanks", func(o *simulator.Options) { o.Unknowns.Comments = world.CommentsBlanks }},
		{"old-schema", func(o *simulator.Options) { o.OldSchema = true }},
	}
}

// answerNames lists the names of the answers.
func answerNames() []string {
	var names []string
	for _, each := range answers() {
		names = append(names, each.name)
	}
	return names
}

// applyAnswers sets the given answers in options.
func (f flags) applyAnswers(options *simulator.Options) {
	for _, each := range answers() {
		if slices.Contains(f.Answer, each.name) {
			each.apply(options)
		}
	}
}

func (f flags) fleet() (*fleet.Fleet, error) {
	loaded, err := fleet.Builtin()
	if f.Fleet != "" {
		file, failed := os.Open(f.Fleet)
		if failed != nil {
			return nil, failed
		}
		defer file.Close() //nolint:errcheck // the file is only read
		loaded, err = fleet.Load(f.Fleet, file)
	}
	if err != nil || f.Endpoints == 0 {
		return loaded, err
	}
	return loaded.Grow(f.Endpoints, f.Seed)
}

func (f flags) printFleet(out io.Writer) error {
	loaded, err := f.fleet()
	if err != nil {
		return err
	}
	text, err := loaded.YAML()
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}

// timeouts limit how long a client may hold a connection. None limits the answer, because a fault
// can delay it.
type timeouts struct{ header, read, idle time.Duration }

func defaultTimeouts() timeouts {
	return timeouts{header: 10 * time.Second, read: 30 * time.Second, idle: 2 * time.Minute}
}

const shutdownTimeout = 3 * time.Second

// serve serves until the context ends.
func (f flags) serve(ctx context.Context, handler http.Handler, out, warn io.Writer, limits timeouts) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.Listen)
	if err != nil {
		return err
	}
	if at, ok := listener.Addr().(*net.TCPAddr); ok && !at.IP.IsLoopback() {
		_, _ = fmt.Fprintf(warn, "tanium-simulator: warning: anyone who can reach %s can use the control calls, "+
			"which need no token\n", at)
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: limits.header,
		ReadTimeout:       limits.read,
		IdleTimeout:       limits.idle,
	}
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
