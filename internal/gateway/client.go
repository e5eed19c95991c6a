// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
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
	// TokenFile is the file that Token was read from; empty for none. It is read again after the
	// token was rejected, because a wait may outlive a token.
	TokenFile string
	// Headers are further headers of every request, for a proxy before the server that wants them.
	// CheckHeader accepts each. Their values are secrets.
	Headers map[string]string
	// UserAgent is the User-Agent header of every request.
	UserAgent string
	// CACertificates are PEM certificates to trust in addition to the system's; nil for none. On
	// premises, a private authority usually signs Tanium's certificate.
	CACertificates []byte
	// ClientCertificate is the certificate that the client presents with its key; nil for none.
	ClientCertificate *tls.Certificate
	// InsecureSkipVerify accepts any certificate.
	InsecureSkipVerify bool
	// RequestTimeout is the timeout of one attempt at a request; zero for DefaultRequestTimeout.
	RequestTimeout time.Duration
	// ConnectTimeout is how long PerformAction waits for a connection; zero for
	// DefaultConnectTimeout.
	ConnectTimeout time.Duration
	// Retry controls the repetition of requests; the zero value for DefaultRetry.
	Retry Retry
	// BatchWindow is how long a read or a deletion waits for others to share its request; zero for
	// DefaultBatchWindow.
	BatchWindow time.Duration
	// Now returns the current local time; nil for time.Now.
	Now func() time.Time
	// Random returns a random number of at least 0 and less than 1, for pauses; nil for
	// math/rand/v2.
	Random func() float64
	// OnPause is called before a request pauses because the server is throttling it or asks for a
	// pause; nil for none. The context has the values of the request's. For a merged request, that
	// is the first of those that it answers.
	OnPause func(ctx context.Context, pause Pause)
	// OnRepeat is called before the first repetition of a request that got no answer; nil for none.
	// The context is as for OnPause.
	OnRepeat func(ctx context.Context, repeat Repeat)
	// OnExchange is called after each exchange, with the context of its caller; nil for none.
	OnExchange func(ctx context.Context, exchange Exchange)
}

// DefaultRequestTimeout allows for the 30 seconds that a live question may take in Tanium
// (API.md#live-questions), and as long again for the transfer.
const DefaultRequestTimeout = 60 * time.Second

// DefaultConnectTimeout is enough for the handshakes with a distant server, and short beside the
// time in which endpoints come and go: what the caller has counted still holds.
const DefaultConnectTimeout = 5 * time.Second

// DefaultBatchWindow is longer than the pauses between the refreshes of Terraform, which has ten
// under way. With half of it, a plan of 100 actions takes as long, and sends half as many requests
// again.
const DefaultBatchWindow = 20 * time.Millisecond

// Client is a client of one Tanium server, for one user. It is safe for concurrent use. Every error
// of its methods is an *Error.
type Client struct {
	address        Address
	requestTimeout time.Duration
	connectTimeout time.Duration
	// reads repeats requests, readsOnce repeats them only after throttling, and writes repeats a
	// request only if nothing of it can have reached the server. deletes does not repeat a request,
	// and stops repeats it after throttling as well: it is harmless to stop an action twice.
	reads, readsOnce, writes, deletes, stops graphql.Client
	clocks                                   *clocks
	tokenFile                                string
	mask                                     *mask
	repeated                                 *repetition

	// batched merges concurrent reads into one request. counts does so with those that wait for
	// answers of endpoints, which may take long: nothing else waits for its place in flight.
	batched, counts *batcher
	// deletions merges concurrent mutations that end a deployment.
	deletions *batcher
}

// New returns a Client. It sends nothing. An error concerns the CA certificates or Go's default
// transport.
func New(options Options) (*Client, error) {
	base, err := baseTransport(options)
	if err != nil {
		return nil, err
	}
	options = options.withDefaults()
	hidden, clocks := newMask(options.Token), &clocks{now: options.Now}
	for _, value := range options.Headers {
		hidden.addHeader(value)
	}
	tokens := &tokens{file: options.TokenFile, mask: hidden, current: options.Token}
	received := &receive{next: &measure{next: &handshake{next: base}, clocks: clocks}}
	repeated := &repetition{
		retry: options.Retry, random: options.Random, now: options.Now, onPause: options.OnPause,
		onRepeat: options.OnRepeat, host: options.Address.endpoint.Host, tokens: tokens,
	}
	reading := func(timeout time.Duration, limit int, repeatable retryablehttp.CheckRetry) graphql.Client {
		client := repeated.client(options.authorized(tokens, received), timeout)
		client.RetryMax, client.CheckRetry = math.MaxInt, repeated.reads(limit, repeatable)
		return options.client(client, tokens)
	}
	writing := func(repeatable retryablehttp.CheckRetry) graphql.Client {
		client := repeated.client(options.authorized(tokens, &sendOnce{next: received}), options.RequestTimeout)
		client.RetryMax, client.CheckRetry = math.MaxInt, repeatable
		return options.client(client, tokens)
	}
	record, writes := options.recorder(hidden), repeated.writes(options.Retry.Attempts)
	deletes := writing(repeated.writes(0))
	reads := reading(options.RequestTimeout, options.Retry.Attempts, repeatRead)
	created := &Client{
		address:        options.Address,
		requestTimeout: options.RequestTimeout,
		connectTimeout: options.ConnectTimeout,
		reads:          record.client(reads),
		readsOnce:      record.client(reading(options.RequestTimeout, 0, repeatRead)),
		writes:         record.client(writing(writes)),
		deletes:        record.client(deletes),
		stops:          record.client(writing(repeated.afterThrottling(writes))),
		clocks:         clocks,
		mask:           hidden,
		tokenFile:      options.TokenFile,
		repeated:       repeated,
	}
	mergedTimeout := options.RequestTimeout / mergedShare
	batch := func(timeout time.Duration, single, merged graphql.Client) *batcher {
		return &batcher{
			single:  single,
			record:  record,
			merged:  merged,
			window:  options.BatchWindow,
			timeout: timeout,
			places:  make(chan struct{}, maxInFlight),
		}
	}
	merging := func(timeout time.Duration) *batcher {
		return batch(timeout, reads, reading(timeout, options.Retry.Attempts, repeatMerged))
	}
	created.batched, created.counts = merging(mergedTimeout), merging(options.RequestTimeout)
	created.deletions = batch(options.RequestTimeout, deletes, deletes)
	created.deletions.mutations = true
	return created, nil
}

// withDefaults returns the options with the defaults of those that are not set.
func (o Options) withDefaults() Options {
	if o.RequestTimeout <= 0 {
		o.RequestTimeout = DefaultRequestTimeout
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	o.Retry, o.BatchWindow = cmp.Or(o.Retry, DefaultRetry()), cmp.Or(o.BatchWindow, DefaultBatchWindow)
	o.ConnectTimeout = cmp.Or(o.ConnectTimeout, DefaultConnectTimeout)
	return o
}

// authorized returns the transport that adds the headers of every request.
func (o Options) authorized(tokens *tokens, next http.RoundTripper) http.RoundTripper {
	endpoint := o.Address.endpoint
	return &authorize{
		origin: endpoint.Scheme + "://" + endpoint.Host, tokens: tokens, headers: o.Headers, userAgent: o.UserAgent,
		next: next,
	}
}

// recorder returns the recorder of exchanges; nil for none.
func (o Options) recorder(hidden *mask) *recorder {
	if o.OnExchange == nil {
		return nil
	}
	return &recorder{onExchange: o.OnExchange, now: o.Now, mask: hidden}
}

// client returns the client of the gateway that sends by a client for HTTP.
func (o Options) client(by *retryablehttp.Client, tokens *tokens) graphql.Client {
	return graphql.NewClient(o.Address.Endpoint(), &http.Client{
		Transport:     &classify{next: &retryablehttp.RoundTripper{Client: by}, tokens: tokens, mask: tokens.mask},
		CheckRedirect: reportRedirect,
	})
}

// client returns a client for HTTP that pauses between attempts, each of which has a timeout.
func (r *repetition) client(next http.RoundTripper, timeout time.Duration) *retryablehttp.Client {
	client := retryablehttp.NewClient()
	client.HTTPClient = &http.Client{Transport: next, Timeout: timeout, CheckRedirect: reportRedirect}
	client.RetryWaitMin, client.RetryWaitMax = r.retry.MinWait, r.retry.MaxWait
	client.Backoff = r.pause
	// Without this handler, the status and body of the last attempt would be lost.
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	client.Logger = nil
	return client
}

// reportRedirect reports a redirect in place of following it: the token is only for the configured
// origin.
func reportRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// TokenFile returns the path of the file that has the token; empty for none.
func (c *Client) TokenFile() string { return c.tokenFile }

// RequestTimeout returns the timeout of one attempt at a request.
func (c *Client) RequestTimeout() time.Duration { return c.requestTimeout }

// Mask returns a text for people without the API token and the values of configured headers.
func (c *Client) Mask(text string) string { return c.mask.text(text) }

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
	if options.ClientCertificate != nil {
		base.TLSClientConfig.Certificates = []tls.Certificate{*options.ClientCertificate}
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
