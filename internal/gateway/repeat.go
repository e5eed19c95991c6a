// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Retry controls how often a request is repeated, and after which pauses. A Retry-After header of
// up to a minute takes precedence over the pauses.
type Retry struct {
	// Attempts is the maximum number of repetitions, apart from those after throttling and the one
	// after status 401; negative for none.
	Attempts int
	// MinWait and MaxWait are the minimum and maximum pause. The pause doubles with each attempt.
	MinWait, MaxWait time.Duration
	// Throttled is how long a read that Tanium throttles (status 429) pauses in total; zero for no
	// repetition. The last pause that Retry-After requests may exceed it.
	Throttled time.Duration
}

// DefaultRetry is long enough for the restart of a service behind the gateway, and short enough to
// report a server that is down within seconds. Throttling is different: the server runs, and other
// clients need their turn first. Limits usually count the requests of a minute, so five minutes
// last for several runs that have to take turns.
func DefaultRetry() Retry {
	return Retry{
		Attempts: 4, MinWait: 500 * time.Millisecond, MaxWait: 15 * time.Second, Throttled: 5 * time.Minute,
	}
}

// Pause is a pause of a request that the server caused.
type Pause struct {
	// Status is the status of the answer: 429 or 503.
	Status int
	Length time.Duration
	// Requested is the pause that the server requests with Retry-After, which may be longer; zero
	// for none.
	Requested time.Duration
}

// Repeat is the first repetition of a request that got no answer.
type Repeat struct {
	// Host is the host, with its port if the address has one.
	Host string
	// Attempt is the number of the attempt that follows, of at most Attempts.
	Attempt, Attempts int
	// Reason is why the last attempt got no answer.
	Reason string
}

const (
	// maxPause is the maximum pause that a server may request. A user at a terminal does not wait
	// an hour for a plan.
	maxPause = time.Minute
	// maxThrottledPause limits the pauses after throttling that the server does not request. It is
	// half of a minute, the usual period of a limit.
	maxThrottledPause = 30 * time.Second
	// leastThrottledPause limits their number if MinWait is zero.
	leastThrottledPause = time.Millisecond
)

// attempts is what a request has gone through so far. It is in the context of the request.
type attempts struct {
	// failed counts the failures other than throttling, throttled the answers with status 429.
	failed, throttled int
	// sent counts the attempts.
	sent int
	// paused is how long the request has paused for throttling, and next the last such pause.
	paused, next time.Duration
	// token is the one that the last attempt sent. rejected reports that one was, and unread is why
	// its file could not be read then.
	token    string
	rejected bool
	unread   error
}

// attemptsKey is the key of *attempts in a context.
type attemptsKey struct{}

// attemptsIn returns the attempts in a context; new ones if it has none.
func attemptsIn(ctx context.Context) *attempts {
	if known, ok := ctx.Value(attemptsKey{}).(*attempts); ok {
		return known
	}
	return &attempts{}
}

// repetition decides whether and when to repeat reads.
type repetition struct {
	retry Retry
	// random returns a number of at least 0 and less than 1.
	random func() float64
	now    func() time.Time
	// onPause is Options.OnPause.
	onPause func(context.Context, Pause)
	// onRepeat is Options.OnRepeat, of a request to a host.
	onRepeat func(context.Context, Repeat)
	host     string
	tokens   *tokens
}

// reads returns the check whether to repeat a read. A throttled read is repeated for
// Retry.Throttled, one whose token was rejected once, and another one that failed a number of
// times. A proxy that restarts may reject a token as well.
func (r *repetition) reads(limit int, repeatable retryablehttp.CheckRetry) retryablehttp.CheckRetry {
	return r.afterThrottling(func(ctx context.Context, response *http.Response, err error) (bool, error) {
		if ctx.Err() == nil && err == nil && mayRejectToken(response) {
			renewed, first := r.renewed(attemptsIn(ctx))
			return first && (renewed || response.StatusCode == http.StatusUnauthorized), nil
		}
		again, ended := repeatable(ctx, response, err)
		return r.counted(ctx, again, limit, err), ended
	})
}

// writes returns the check whether to repeat a mutation. One whose token was rejected is not
// repeated: a proxy may have replaced the answer to one that was carried out. The next request
// reads the file, if there is one; the reads before a mutation mostly have.
func (r *repetition) writes(limit int) retryablehttp.CheckRetry {
	return func(ctx context.Context, response *http.Response, err error) (bool, error) {
		if ctx.Err() == nil && err == nil && response.StatusCode == http.StatusUnauthorized {
			_, _ = r.renewed(attemptsIn(ctx))
			return false, nil
		}
		again, ended := repeatWrite(ctx, response, err)
		return r.counted(ctx, again, limit, err), ended
	}
}

// afterThrottling returns a check that also repeats a throttled request.
func (r *repetition) afterThrottling(check retryablehttp.CheckRetry) retryablehttp.CheckRetry {
	return func(ctx context.Context, response *http.Response, err error) (bool, error) {
		if ctx.Err() == nil && err == nil && response.StatusCode == http.StatusTooManyRequests {
			return r.throttled(attemptsIn(ctx), response.Header), nil
		}
		return check(ctx, response, err)
	}
}

// counted counts a failed attempt, and reports whether to repeat the request within its limit. It
// calls onRepeat after the first attempt that got no answer: a person then sees what the command
// waits for.
func (r *repetition) counted(ctx context.Context, again bool, limit int, cause error) bool {
	state := attemptsIn(ctx)
	state.failed++
	again = again && state.failed <= limit
	if again && cause != nil && state.failed == 1 && r.onRepeat != nil {
		r.onRepeat(ctx, Repeat{
			Host: r.host, Attempt: 2, Attempts: limit + 1, Reason: r.tokens.mask.oneLine(innermost(cause).Error()),
		})
	}
	return again
}

// renewed reports whether there is another token than the one that was rejected, and whether this
// is the first time for the request.
func (r *repetition) renewed(state *attempts) (renewed, first bool) {
	first = !state.rejected && r.retry.Attempts >= 0
	state.rejected = true
	renewed, state.unread = r.tokens.renew(state.token)
	return renewed, first
}

// mayRejectToken reports whether an answer may be that to a token which is not accepted. A missing
// right is another matter.
func mayRejectToken(response *http.Response) bool {
	failure := (&mask{}).judge(response)
	return failure != nil && failure.Kind != KindForbidden && failure.MayRejectToken()
}

// throttled reports whether to repeat a request that was throttled, and sets the pause. The pause
// is at random, so that clients that were throttled together do not come back together.
func (r *repetition) throttled(state *attempts, header http.Header) bool {
	left := r.retry.Throttled - state.paused
	if left <= 0 {
		return false
	}
	least := max(r.retry.MinWait, leastThrottledPause)
	if requested, ok := retryAfter(header, r.now()); ok {
		state.next = min(max(requested, least), maxPause)
	} else {
		longest := retryablehttp.DefaultBackoff(least, maxThrottledPause, state.throttled, nil)
		state.next = min(least+time.Duration(r.random()*float64(longest)), left)
	}
	state.throttled++
	state.paused += state.next
	return true
}

// pause returns the pause before the next attempt: after throttling, the one that throttled has
// set. After another failure it is the one that the server requests, or else one that grows. It is
// at most maxPause.
func (r *repetition) pause(minWait, maxWait time.Duration, attempt int, response *http.Response) time.Duration {
	if response != nil {
		if response.StatusCode == http.StatusTooManyRequests && response.Request != nil {
			ctx := response.Request.Context()
			return r.report(ctx, response.StatusCode, response.Header, attemptsIn(ctx).next)
		}
		if mayRejectToken(response) {
			return minWait
		}
		requested, ok := retryAfter(response.Header, r.now())
		if ok && response.StatusCode == http.StatusServiceUnavailable && response.Request != nil {
			return r.report(response.Request.Context(), response.StatusCode, response.Header, min(requested, maxPause))
		}
	}
	return min(retryablehttp.DefaultBackoff(minWait, maxWait, attempt, nil), maxPause)
}

// report calls onPause for a pause that an answer caused, and returns the pause.
func (r *repetition) report(
	ctx context.Context, status int, header http.Header, pause time.Duration,
) time.Duration {
	if r.onPause != nil {
		requested, _ := retryAfter(header, r.now())
		r.onPause(ctx, Pause{Status: status, Length: pause, Requested: requested})
	}
	return pause
}

// retryAfter returns the pause that a server requests; false for none. It may be a time by the
// server's clock, which the Date header has (API.md#time-of-an-answer).
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	requested := header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(requested, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second, seconds >= 0
	}
	at, err := http.ParseTime(requested)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now)), true
}

// repeatRead reports whether a read may be repeated. It may be after a missing or incomplete answer
// and a server error. It may not be after a failed TLS handshake, with the wrong scheme or for an
// unknown host, because those failures persist.
func repeatRead(ctx context.Context, response *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		var refused *handshakeError
		return !errors.As(err, &refused) && !errors.Is(err, http.ErrSchemeMismatch) && !isUnknownHost(err), nil
	}
	switch response.StatusCode {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable,
		http.StatusGatewayTimeout:
		return true, nil
	default:
		return false, nil
	}
}

// repeatMerged is repeatRead for a merged request. It is not repeated after a timeout, because one
// of its queries may hang, nor if the server does not accept merged queries (refusesMerged). Its
// queries are then sent separately.
func repeatMerged(ctx context.Context, response *http.Response, err error) (bool, error) {
	var network net.Error
	if ctx.Err() == nil && errors.As(err, &network) && network.Timeout() {
		return false, nil
	}
	if err == nil && response.StatusCode == http.StatusInternalServerError {
		return false, nil
	}
	return repeatRead(ctx, response, err)
}

// repeatWrite reports whether to repeat a mutation. It is repeated only if there was no connection,
// so that nothing of it can have reached the server, and if there may be one a moment later.
func repeatWrite(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if err == nil {
		return false, nil // an answer counts, even after an interrupt
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	var network *net.OpError
	return errors.As(err, &network) && network.Op == "dial" && !isUnknownHost(err), nil
}

// isUnknownHost reports whether the name of a host does not exist. A name service that is down is
// another matter.
func isUnknownHost(err error) bool {
	var unresolved *net.DNSError
	return errors.As(err, &unresolved) && unresolved.IsNotFound
}
