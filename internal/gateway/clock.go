// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"net/http"
	"sync"
	"time"
)

// ClockDistance is how far the server's clock is ahead of the local one; negative if it is behind.
// The times in answers, and those by which the server judges a schedule, are the server's.
type ClockDistance time.Duration

// Server returns the server's time at a local time.
func (d ClockDistance) Server(local time.Time) time.Time { return local.Add(time.Duration(d)) }

// Local returns the local time at a time of the server.
func (d ClockDistance) Local(server time.Time) time.Time { return server.Add(-time.Duration(d)) }

// maxIgnored is the longest distance that counts as none. The Date header has whole seconds, and
// clocks that are synchronized differ by less.
const maxIgnored = 2 * time.Second

// ClockDistance returns the distance of the server's clock according to the latest answer; zero
// before the first one.
func (c *Client) ClockDistance() ClockDistance { return c.clocks.get() }

// clocks is the distance of the server's clock, as measured so far. It is safe for concurrent use.
type clocks struct {
	now func() time.Time

	mutex    sync.Mutex
	distance time.Duration
}

func (c *clocks) get() ClockDistance {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return ClockDistance(c.distance)
}

// take takes the Date of an answer to a request that was sent and answered at local times. The
// server made the answer in between, and Date is cut to whole seconds. A distance in the range
// that this leaves is kept: a slow answer changes nothing. Any other one is replaced by the lowest
// of the range, so that what is awaited at a time of the server has happened, rather than not
// quite yet.
func (c *clocks) take(date, sent, answered time.Time) {
	lowest, highest := date.Sub(answered), date.Add(time.Second).Sub(sent)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.distance < lowest || c.distance > highest {
		c.distance = lowest
	}
	if c.distance.Abs() <= maxIgnored {
		c.distance = 0
	}
}

// measure measures the distance of the server's clock from the Date header of answers
// (API.md#time-of-an-answer). Other answers than those of the gateway may be from a proxy, and are
// ignored.
type measure struct {
	next   http.RoundTripper
	clocks *clocks
}

func (m *measure) RoundTrip(request *http.Request) (*http.Response, error) {
	sent := m.clocks.now()
	response, err := m.next.RoundTrip(request)
	if err != nil || (&mask{}).judge(response) != nil {
		return response, err
	}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		m.clocks.take(date, sent, m.clocks.now())
	}
	return response, nil
}
