// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/graph"
)

// maxBody limits the size of a request body.
const maxBody = 4 << 20

// exchange is a request, as far as it is known before it is executed.
type exchange struct {
	body      []byte
	operation string
	document  string
	variables map[string]any
	fields    []string // the root fields
	first     int      // the largest page that one of them asks for; 0 for none
	token     string
	start     time.Time
	at        time.Time // the simulated time of start
}

// reply is an answer that has not been sent.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (i *instance) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	i.clock.Tick()
	request := exchange{token: r.Header.Get("session"), start: time.Now(), at: i.clock.Now().UTC()}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		i.send(w, request, refusal(http.StatusMethodNotAllowed, "Method Not Allowed"))
		return
	}
	user := i.user(r, request.token)
	if user == nil { // check the token before reading the body, which costs memory and time
		i.send(w, request, refusal(http.StatusUnauthorized, "Unauthorized"))
		return
	}
	r = r.WithContext(graph.WithUser(r.Context(), user))
	var err error
	if request.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			i.send(w, request, refusal(http.StatusRequestEntityTooLarge, "Request Entity Too Large"))
		} else if errors.Is(err, os.ErrDeadlineExceeded) {
			i.send(w, request, refusal(http.StatusRequestTimeout, "Request Timeout"))
		}
		return // otherwise the client has gone
	}
	request.parse()
	fault := i.faults.take(request.fields, request.first)
	answer, sent := i.answer(r, request, fault)
	if !sent {
		i.log.add(request, 0, 0)
		panic(http.ErrAbortHandler) // net/http closes the connection without an answer
	}
	i.send(w, request, answer)
}

// answer answers a request. sent is false if the fault closes the connection.
func (i *instance) answer(r *http.Request, request exchange, fault *Fault) (answer reply, sent bool) {
	if fault == nil {
		return i.execute(r, request, nil), true
	}
	done := reply{}
	if fault.executes() {
		done = i.execute(r, request, fault.failure())
	}
	switch fault.Kind {
	case DropBefore, DropAfter:
		return reply{}, false
	case Delay:
		wait(r.Context(), time.Duration(fault.Milliseconds)*time.Millisecond)
		return i.execute(r, request, nil), true
	case Truncate:
		done.header.Set("Content-Length", strconv.Itoa(len(done.body)))
		done.body = done.body[:len(done.body)/2]
		return done, true
	default:
		if answer, own := fault.reply(); own {
			return answer, true
		}
		return done, true
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// parse reads the GraphQL request. It ignores invalid and oversized requests; the executor reports
// the error.
func (e *exchange) parse() {
	var body graphql.RawParams
	if json.NewDecoder(bytes.NewReader(e.body)).Decode(&body) != nil {
		return
	}
	e.document, e.variables, e.operation = body.Query, body.Variables, body.OperationName
	document, err := parse(body.Query)
	if err != nil {
		return
	}
	operation := document.Operations.ForName(body.OperationName)
	if operation == nil {
		return
	}
	e.operation = operation.Name
	e.fields = e.rootFields(document, operation.SelectionSet)
}

// rootFields returns the root fields that a selection includes. The recursion ends, because parse
// rejects a fragment that contains itself.
func (e *exchange) rootFields(document *ast.QueryDocument, selections ast.SelectionSet) []string {
	var fields []string
	for _, selection := range selections {
		switch selection := selection.(type) {
		case *ast.Field:
			if e.included(selection.Directives) {
				fields = append(fields, selection.Name)
				e.first = max(e.first, e.size(selection))
			}
		case *ast.InlineFragment:
			fields = append(fields, e.rootFields(document, selection.SelectionSet)...)
		case *ast.FragmentSpread:
			if fragment := document.Fragments.ForName(selection.Name); fragment != nil {
				fields = append(fields, e.rootFields(document, fragment.SelectionSet)...)
			}
		}
	}
	return fields
}

// size returns the argument first of a field; 0 for none.
func (e *exchange) size(field *ast.Field) int {
	argument := field.Arguments.ForName("first")
	if argument == nil {
		return 0
	}
	value, err := argument.Value.Value(e.variables)
	if err != nil {
		return 0
	}
	size, _ := strconv.ParseFloat(fmt.Sprint(value), 64) // a variable is a number of JSON
	return int(size)
}

// included reports whether the directives include a field.
func (e *exchange) included(directives ast.DirectiveList) bool {
	for name, keeps := range map[string]bool{"include": true, "skip": false} {
		directive := directives.ForName(name)
		if directive == nil {
			continue
		}
		argument := directive.Arguments.ForName("if")
		if argument == nil {
			continue
		}
		if value, err := argument.Value.Value(e.variables); err == nil && value != keeps {
			return false
		}
	}
	return true
}

// execute executes the request, with at most the failure of a field injected.
func (i *instance) execute(r *http.Request, request exchange, failure *graph.Failure) reply {
	inner := r.Clone(graph.WithFailure(r.Context(), failure))
	inner.Body = io.NopCloser(bytes.NewReader(request.body))
	recorder := recorder{header: http.Header{}, status: http.StatusOK}
	i.graphql.ServeHTTP(&recorder, inner)
	if recorder.status == http.StatusUnprocessableEntity {
		// a live tenant answers an invalid document like this (API.md#status-codes)
		recorder.status = http.StatusBadRequest
	}
	return reply{status: recorder.status, header: recorder.header, body: recorder.body.Bytes()}
}

// user returns the user of the request's token; nil for none.
func (i *instance) user(r *http.Request, token string) *fleet.User {
	from, _ := netip.ParseAddrPort(r.RemoteAddr) // the zero address is not trusted
	return i.world.Authenticate(token, from.Addr())
}

// refusal is Tanium's answer to a request that does not reach the executor (API.md#status-codes).
func refusal(status int, text string) reply {
	body, _ := json.Marshal(map[string]string{"text": text})
	return reply{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

func (i *instance) send(w http.ResponseWriter, request exchange, answer reply) {
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.Header().Set("Date", i.clock.Now().UTC().Format(http.TimeFormat)) // API.md#time-of-an-answer
	i.log.add(request, answer.status, len(answer.body))
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body) // an error means that the client has gone
}

// recorder records an answer, so that a fault can change it.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }
