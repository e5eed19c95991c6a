// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
)

// maxAnswer is the maximum size of an answer, in bytes. One endpoint with long readings had 461 KB;
// a page has up to 100 endpoints with readings.
const maxAnswer = 64 << 20

// receive reads each answer to its end, so that an incomplete answer is a failure of the request
// and can be repeated. With a status other than 200, an incomplete body is accepted, because the
// status counts.
type receive struct {
	next http.RoundTripper
}

func (r *receive) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := r.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	_ = response.Body.Close()
	switch {
	case err != nil && response.StatusCode == http.StatusOK:
		return nil, &brokenAnswer{cause: err}
	case len(body) > maxAnswer:
		return nil, &brokenAnswer{cause: fmt.Errorf("the answer is longer than %d bytes", maxAnswer)}
	}
	response.Body = io.NopCloser(bytes.NewReader(quoteIDs(body)))
	return response, nil
}

// handshake marks a failed TLS handshake that a repetition would not fix.
type handshake struct {
	next http.RoundTripper
}

func (h *handshake) RoundTrip(request *http.Request) (*http.Response, error) {
	var failed, done atomic.Bool
	ctx := httptrace.WithClientTrace(request.Context(), &httptrace.ClientTrace{
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			failed.Store(err != nil)
			done.Store(err == nil)
		},
	})
	response, err := h.next.RoundTrip(request.WithContext(ctx))
	var network net.Error
	transient := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) ||
		(errors.As(err, &network) && network.Timeout()) || ctx.Err() != nil
	var record tls.RecordHeaderError
	plaintext := errors.As(err, &record) && string(record.RecordHeader[:]) == "HTTP/" // Go's client reports this itself
	// With TLS 1.3, the handshake ends for the client before the server judges its certificate.
	refused := done.Load() && alertIn(err) != nil
	if err != nil && (refused || failed.Load() && !transient && !plaintext) {
		return nil, &handshakeError{cause: err}
	}
	return response, err
}

// alertIn returns the alert of TLS from the server in the chain of an error; nil for none.
func alertIn(err error) error {
	var network *net.OpError
	if errors.As(err, &network) && network.Op == "remote error" {
		return network
	}
	return nil
}

// handshakeError is the error of a TLS handshake that a repetition would not fix.
type handshakeError struct{ cause error }

func (h *handshakeError) Error() string { return h.cause.Error() }
func (h *handshakeError) Unwrap() error { return h.cause }

// brokenAnswer is the error of an answer that is incomplete or too long.
type brokenAnswer struct{ cause error }

func (b *brokenAnswer) Error() string { return "the answer broke off: " + b.cause.Error() }
func (b *brokenAnswer) Unwrap() error { return b.cause }

// authorize adds the headers of every request. It is the innermost layer, so each attempt has them.
// It refuses any origin other than the configured one: on a redirect to another host, Go's client
// removes its own authentication headers, but not the header "session".
type authorize struct {
	origin    string
	tokens    *tokens
	headers   map[string]string
	userAgent string
	next      http.RoundTripper
}

func (a *authorize) RoundTrip(request *http.Request) (*http.Response, error) {
	if origin := request.URL.Scheme + "://" + request.URL.Host; origin != a.origin {
		return nil, fmt.Errorf("refusing to send the API token to %s", origin)
	}
	attemptsIn(request.Context()).sent++
	request = request.Clone(request.Context())
	for name, value := range a.headers {
		request.Header.Set(name, value)
	}
	token := a.tokens.get()
	attemptsIn(request.Context()).token = token
	request.Header.Set("session", token)
	request.Header.Set("User-Agent", a.userAgent)
	request.Header.Set("Accept", "application/json")
	return a.next.RoundTrip(request)
}

// classify turns every answer that is not a GraphQL answer into an *Error. It is the outermost
// layer and gets only final answers.
type classify struct {
	next   http.RoundTripper
	tokens *tokens
	mask   *mask
}

func (c *classify) RoundTrip(request *http.Request) (*http.Response, error) {
	var sent atomic.Bool
	var made attempts
	traced := httptrace.WithClientTrace(context.WithValue(request.Context(), attemptsKey{}, &made),
		&httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})

	plaintext := request.URL.Scheme == "http"
	response, err := c.next.RoundTrip(request.WithContext(traced))
	if err != nil {
		failure := c.mask.unreachable(request.Context(), err, sent.Load())
		failure.Plaintext, failure.received.attempts = plaintext, made.sent
		return nil, failure
	}
	if failure := c.mask.judge(response); failure != nil {
		if failure.Plaintext = plaintext; plaintext && wantsTLS(response) {
			failure.Kind, failure.Message = KindNotGateway, "it may expect HTTPS, but the address begins with http://"
		}
		body, _ := io.ReadAll(response.Body) // already in memory, so it cannot fail
		_ = response.Body.Close()
		failure.Sent, failure.Throttled, failure.header = true, made.paused, response.Header
		if failure.MayRejectToken() && failure.Kind != KindForbidden {
			failure.TokenFile, failure.TokenFileError = c.tokens.file, made.unread
		}
		failure.received = received{response.Header.Get("Content-Type"), body, made.sent}
		if failure.Message == "" {
			failure.Message = c.mask.serverMessage(response.Header, body)
		}
		return nil, failure
	}
	return response, nil
}

// judge returns the error for an answer that is not a GraphQL answer; nil for a GraphQL answer,
// also one with errors.
func (m *mask) judge(response *http.Response) *Error {
	failure := &Error{StatusCode: response.StatusCode}
	switch status := response.StatusCode; {
	case status == http.StatusOK && isJSON(response.Header):
		return nil
	case status == http.StatusOK:
		failure.Kind, failure.Page = KindNotGateway, isPage(response.Header)
		kind := m.text(response.Header.Get("Content-Type"))
		failure.Message = "it answered with \"" + kind + "\" instead of JSON"
	case status >= 300 && status < 400:
		failure.Kind = KindNotGateway
		failure.Location = m.text(response.Header.Get("Location"))
		failure.Message = "it redirects to \"" + failure.Location + "\"" // not %q: an escape would hide a secret
	case status == http.StatusBadRequest:
		failure.Kind = KindInvalidDocument
	case status == http.StatusUnauthorized:
		failure.Kind = KindUnauthenticated
	case status == http.StatusForbidden:
		failure.Kind = KindForbidden
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		failure.Kind = KindNotGateway
	case status == http.StatusTooManyRequests:
		failure.Kind = KindThrottled
	case status >= 500:
		failure.Kind = KindUnavailable
	default:
		failure.Kind = KindUnexpectedStatus
	}
	return failure
}

// untrusted describes why a TLS handshake failed.
func (m *mask) untrusted(err error) string {
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	alert := alertIn(err)
	switch {
	case alert != nil:
		return m.oneLine(alert.Error()) // without what Go's client did when it came
	case errors.As(err, &authority):
		return "its certificate is signed by an authority that this machine does not trust"
	case errors.As(err, &host):
		return m.oneLine("its certificate is for another name: " + host.Error())
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return m.oneLine("its certificate has expired or is not valid yet: " + invalid.Error())
	default:
		return m.oneLine(innermost(err).Error())
	}
}

// wantsTLS reports whether a server answered plain HTTP on a port for HTTPS. Such an answer has
// status 400 and is HTML or has no content type. Tanium also rejects a document with 400, but with
// JSON or text.
func wantsTLS(response *http.Response) bool {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	return response.StatusCode == http.StatusBadRequest && (kind == "" || kind == "text/html")
}

// unreachable returns the error for a failure of the network. The context is the caller's own,
// which distinguishes an interrupt from a timeout of the request.
func (m *mask) unreachable(ctx context.Context, err error, sent bool) *Error {
	if ctx.Err() != nil {
		return &Error{Kind: KindCanceled, Sent: sent, cause: errors.Join(ctx.Err(), err)}
	}
	failure := &Error{Kind: KindUnreachable, Sent: sent, Message: m.oneLine(innermost(err).Error()), cause: err}
	var broken *brokenAnswer
	var network net.Error
	var refused *handshakeError
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		failure.Kind, failure.Message = KindNotGateway, "it answers in plain HTTP, but the address begins with https://"
	case errors.As(err, &refused):
		failure.Kind, failure.Message = KindUntrusted, m.untrusted(refused.cause)
	case errors.As(err, &broken):
		failure.Kind, failure.Message = KindUnreadable, m.oneLine(broken.Error())
	case errors.As(err, &network) && network.Timeout():
		failure.Message = "it did not answer in time"
	}
	return failure
}

// innermost removes the method and URL that Go's client adds to a network error. The message has
// the address already.
func innermost(err error) error {
	var outer *url.Error
	for errors.As(err, &outer) {
		err = outer.Err
	}
	return err
}

// serverMessage returns the message in the body of an error: GraphQL errors, the {"text": …} of
// Tanium's REST routes, or plain text. It is empty for other content, such as HTML.
func (m *mask) serverMessage(header http.Header, body []byte) string {
	if isJSON(header) {
		var known struct {
			Text   string `json:"text"`
			Errors []struct {
				Message string `json:"message"`
			} `json:"errors"`
		}
		if json.Unmarshal(body, &known) == nil {
			texts := make([]string, 0, 1+len(known.Errors))
			if known.Text != "" {
				texts = append(texts, known.Text)
			}
			for _, failure := range known.Errors {
				texts = append(texts, failure.Message)
			}
			return m.oneLine(strings.Join(texts, "; "))
		}
	}
	if kind, _, _ := mime.ParseMediaType(header.Get("Content-Type")); kind == "text/plain" {
		return m.oneLine(string(body))
	}
	return ""
}

func isJSON(header http.Header) bool {
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

func isPage(header http.Header) bool {
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	return kind == "text/html" || kind == "application/xhtml+xml"
}
