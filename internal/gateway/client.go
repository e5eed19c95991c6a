// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/Khan/genqlient/graphql"
	"github.com/hashicorp/go-retryablehttp"
)

// Options are the server that a Client talks to, its token, and how long it waits and retries.
type Options struct {
	// Address of the server. Required.
	Address Address
	// Token is the API token, prefix included. Required.
	Token string
	// UserAgent goes into every request; empty for Go's own.
	UserAgent string
	// CACertificates are PEM certificates to trust besides the system's; nil for none. On premises
	// Tanium's own certificate is usually signed by a private authority.
	CACertificates []byte
	// InsecureSkipVerify accepts any certificate.
	InsecureSkipVerify bool
	// RequestTimeout bounds one attempt at one request; zero for DefaultRequestTimeout.
	RequestTimeout time.Duration
	// Retry is how a request is repeated that may be; the zero value for DefaultRetry.
	Retry Retry
	// Linger is how long a read that shares requests waits for others while one is in flight; zero
	// for DefaultLinger.
	Linger time.Duration
}

// Retry says how often and after which pauses a request is repeated. A Retry-After of the server is
// honoured, up to a minute.
type Retry struct {
	// Attempts is how often a request is repeated after the first time; negative for never.
	Attempts int
	// MinWait and MaxWait bound the pause, which doubles from one to the other.
	MinWait, MaxWait time.Duration
}

// DefaultRequestTimeout leaves a live question its 30 seconds, which is Tanium's ceiling
// (API.md#live-questions), and as much again for the answer to travel.
const DefaultRequestTimeout = 60 * time.Second

// DefaultLinger is longer than most requests take: it matters where one hangs.
const DefaultLinger = 100 * time.Millisecond

// DefaultRetry rides out a restart of a service behind the gateway, and tells of a server that is
// down within seconds.
func DefaultRetry() Retry {
	return Retry{Attempts: 4, MinWait: 500 * time.Millisecond, MaxWait: 15 * time.Second}
}

// ValidToken reports whether a token can be sent: a header carries printable ASCII, and a token
// holds no blank.
func ValidToken(token string) bool {
	return !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}

// Client talks to one Tanium server as one user. It is safe for concurrent use. Every method's
// error is an *Error.
type Client struct {
	address        Address
	requestTimeout time.Duration
	// reads are repeated, readsOnce are not, and writes only where nothing can have reached the
	// server.
	reads, readsOnce, writes graphql.Client

	// shared are reads that share requests with others of the same moment.
	shared *shared
}

// New makes a Client. It sends nothing. The error is about the CA certificates.
func New(options Options) (*Client, error) {
	base, err := baseTransport(options)
	if err != nil {
		return nil, err
	}
	endpoint := options.Address.endpoint
	hidden := newMask(options.Token)
	received := &receive{next: &handshake{next: base}, mask: hidden}
	authorized := func(next http.RoundTripper) http.RoundTripper {
		return &authorize{
			origin:    endpoint.Scheme + "://" + endpoint.Host,
			token:     options.Token,
			userAgent: options.UserAgent,
			next:      next,
		}
	}
	if options.RequestTimeout <= 0 {
		options.RequestTimeout = DefaultRequestTimeout
	}
	if options.Retry == (Retry{}) {
		options.Retry = DefaultRetry()
	}
	client := func(next http.RoundTripper, attempts int, again retryablehttp.CheckRetry) graphql.Client {
		repeated := retryablehttp.NewClient()
		repeated.HTTPClient = &http.Client{
			Transport: authorized(next),
			Timeout:   options.RequestTimeout,
			// A redirect is an answer to report, not a way to follow: the token is for the
			// configured origin.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		repeated.RetryMax = max(attempts, 0)
		repeated.RetryWaitMin, repeated.RetryWaitMax = options.Retry.MinWait, options.Retry.MaxWait
		repeated.CheckRetry = again
		repeated.Backoff = backoff
		// else status and body of the last attempt are lost
		repeated.ErrorHandler = retryablehttp.PassthroughErrorHandler
		repeated.Logger = nil
		return graphql.NewClient(options.Address.Endpoint(), &http.Client{
			Transport:     &classify{next: &retryablehttp.RoundTripper{Client: repeated}, mask: hidden},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		})
	}
	made := &Client{
		address:        options.Address,
		requestTimeout: options.RequestTimeout,
		reads:          client(received, options.Retry.Attempts, repeatRead),
		readsOnce:      client(received, 0, repeatRead),
		writes:         client(&sendOnce{next: received}, options.Retry.Attempts, repeatWrite),
	}
	made.shared = &shared{
		reads:  made.reads,
		once:   made.readsOnce,
		linger: cmp.Or(options.Linger, DefaultLinger),
	}
	return made, nil
}

// RequestTimeout bounds one attempt at one request.
func (c *Client) RequestTimeout() time.Duration { return c.requestTimeout }

// Address is the server this client talks to.
func (c *Client) Address() Address { return c.address }

func baseTransport(options Options) (http.RoundTripper, error) {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the default HTTP transport was replaced")
	}
	base := standard.Clone() // so that proxies of the environment work
	base.TLSClientConfig = &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: options.InsecureSkipVerify,
	}
	if len(options.CACertificates) > 0 {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(options.CACertificates) {
			return nil, errors.New("it holds no PEM certificate")
		}
		base.TLSClientConfig.RootCAs = pool
	}
	return base, nil
}

// mostPause bounds what a server may ask for: nobody waits an hour at a terminal for a plan.
const mostPause = time.Minute

// backoff grows, or is what the server asks for.
func backoff(least, most time.Duration, attempt int, response *http.Response) time.Duration {
	return min(retryablehttp.DefaultBackoff(least, most, attempt, response), mostPause)
}

// repeatRead repeats a read that a moment may mend: no or half an answer, throttling, a server that
// is restarting. A server that cannot be trusted, or that does not speak TLS or a version of it
// that is good enough, stays so.
func repeatRead(ctx context.Context, response *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		var refused *handshakeError
		return !errors.As(err, &refused) && !errors.Is(err, http.ErrSchemeMismatch), nil
	}
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true, nil
	default:
		return false, nil
	}
}

// repeatWrite repeats a mutation only where no connection came about, so that nothing of it can
// have reached the server.
func repeatWrite(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if err == nil {
		return false, nil // an answer counts, also one that came after an interrupt
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	var network *net.OpError
	return errors.As(err, &network) && network.Op == "dial", nil
}
