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

// Options are the server, the token and the timeouts of a Client.
type Options struct {
	// Address is the server. Required.
	Address Address
	// Token is the API token, with its prefix. Required.
	Token string
	// UserAgent is the User-Agent header of every request.
	UserAgent string
	// CACertificates are PEM certificates to trust in addition to the system's; nil for none. On
	// premises, a private authority usually signs Tanium's certificate.
	CACertificates []byte
	// InsecureSkipVerify accepts any certificate.
	InsecureSkipVerify bool
	// RequestTimeout is the timeout of one attempt at a request; zero for DefaultRequestTimeout.
	RequestTimeout time.Duration
	// Retry controls the repetition of requests; the zero value for DefaultRetry.
	Retry Retry
	// Linger is how long a shared read waits for others while a request is in flight; zero for
	// DefaultLinger.
	Linger time.Duration
}

// Retry controls how often a request is repeated, and after which pauses. A Retry-After header of
// up to a minute takes precedence over the pauses.
type Retry struct {
	// Attempts is the maximum number of repetitions; negative for none.
	Attempts int
	// MinWait and MaxWait are the minimum and maximum pause. The pause doubles with each attempt.
	MinWait, MaxWait time.Duration
}

// DefaultRequestTimeout allows for the 30 seconds that a live question may take in Tanium
// (API.md#live-questions), and as long again for the transfer.
const DefaultRequestTimeout = 60 * time.Second

// DefaultLinger is longer than most requests take, so it matters only if a request hangs.
const DefaultLinger = 100 * time.Millisecond

// DefaultRetry is long enough for the restart of a service behind the gateway, and short enough to
// report a server that is down within seconds.
func DefaultRetry() Retry {
	return Retry{Attempts: 4, MinWait: 500 * time.Millisecond, MaxWait: 15 * time.Second}
}

// ValidToken reports whether a token can be sent. A token has only printable ASCII characters and
// no spaces.
func ValidToken(token string) bool {
	return !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}

// Client is a client of one Tanium server, for one user. It is safe for concurrent use. Every error
// of its methods is an *Error.
type Client struct {
	address        Address
	requestTimeout time.Duration
	// reads repeats requests, readsOnce does not, and writes repeats a request only if nothing of
	// it can have reached the server.
	reads, readsOnce, writes graphql.Client

	// shared merges concurrent reads into shared requests. refreshes does so for reads of
	// deployments, which wait a little longer for others.
	shared, refreshes *shared
}

// New returns a Client. It sends nothing. An error concerns the CA certificates or Go's default
// transport.
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
			// A redirect is reported, not followed: the token is only for the configured origin.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		repeated.RetryMax = max(attempts, 0)
		repeated.RetryWaitMin, repeated.RetryWaitMax = options.Retry.MinWait, options.Retry.MaxWait
		repeated.CheckRetry = again
		repeated.Backoff = backoff
		// Without this handler, the status and body of the last attempt would be lost.
		repeated.ErrorHandler = retryablehttp.PassthroughErrorHandler
		repeated.Logger = nil
		return graphql.NewClient(options.Address.Endpoint(), &http.Client{
			Transport:     &classify{next: &retryablehttp.RoundTripper{Client: repeated}, mask: hidden},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		})
	}
	created := &Client{
		address:        options.Address,
		requestTimeout: options.RequestTimeout,
		reads:          client(received, options.Retry.Attempts, repeatRead),
		readsOnce:      client(received, 0, repeatRead),
		writes:         client(&sendOnce{next: received}, options.Retry.Attempts, repeatWrite),
	}
	sharing := func(inBurst time.Duration, group int) *shared {
		return &shared{
			reads:   created.reads,
			once:    created.readsOnce,
			linger:  cmp.Or(options.Linger, DefaultLinger),
			inBurst: inBurst,
			group:   group,
			timeout: options.RequestTimeout / mergedShare,
		}
	}
	created.shared = sharing(gatheringInBurst, 0)
	created.refreshes = sharing(gatheringRefreshes, groupOfRefreshes)
	return created, nil
}

// Sequential returns the client for a caller that waits for each answer before its next request.
// Its reads of deployments do not wait longer for others than other reads do.
func (c *Client) Sequential() *Client {
	sequential := *c
	sequential.refreshes = c.shared
	return &sequential
}

// RequestTimeout returns the timeout of one attempt at a request.
func (c *Client) RequestTimeout() time.Duration { return c.requestTimeout }

// Address returns the address of the server.
func (c *Client) Address() Address { return c.address }

// baseTransport returns Go's default transport with the TLS settings of the options.
func baseTransport(options Options) (http.RoundTripper, error) {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the default HTTP transport was replaced")
	}
	base := standard.Clone() // keeps the proxy settings of the environment
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

// maxPause is the maximum pause that a server may request. A user at a terminal does not wait an
// hour for a plan.
const maxPause = time.Minute

// backoff returns the pause before the next attempt: the one that the server requests, or else one
// that grows. It is at most maxPause.
func backoff(minWait, maxWait time.Duration, attempt int, response *http.Response) time.Duration {
	return min(retryablehttp.DefaultBackoff(minWait, maxWait, attempt, response), maxPause)
}

// repeatRead reports whether to repeat a read. It is repeated after a missing or incomplete answer,
// throttling and a server error. It is not repeated after a failed TLS handshake or with the wrong
// scheme, because those failures persist.
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

// repeatWrite reports whether to repeat a mutation. It is repeated only if there was no connection,
// so that nothing of it can have reached the server.
func repeatWrite(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if err == nil {
		return false, nil // an answer counts, even after an interrupt
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	var network *net.OpError
	return errors.As(err, &network) && network.Op == "dial", nil
}
