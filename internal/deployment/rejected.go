// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"errors"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// RejectedFor is how long a watch asks again in total while Tanium rejects its reads. The token was
// accepted a moment ago, when it deployed. A proxy, a sign-in service or Tanium's permissions may
// therefore be starting, which takes minutes. A token that was rotated does not come back, unless
// its file has a new one, which each read looks for: a longer wait would only delay the message.
const RejectedFor = 5 * time.Minute

// Pauses of a watch whose reads are rejected. They double, so that a short failure costs seconds
// and a long one costs few requests, which a firewall may count. The longest is idlePause.
const (
	minRejectedPause = 2 * time.Second
	maxRejectedPause = idlePause
)

// rejections is how long a watch has paused for rejections since its last success. It counts
// pauses, not the time: an outage between two rejections says nothing about the token.
type rejections struct {
	last, spent time.Duration
}

// pause returns the pause after a read that was rejected; false after RejectedFor.
func (p *rejections) pause() (time.Duration, bool) {
	if p.spent >= RejectedFor {
		return 0, false
	}
	p.last = min(max(2*p.last, minRejectedPause), maxRejectedPause, RejectedFor-p.spent)
	p.spent += p.last
	return p.last, true
}

// transient reports whether a failure says nothing about the request or the token. So does an
// answer that is not Tanium's: the deployment was made at this address, so it is that of a proxy or
// console in maintenance. A login page is an exception, because it may be the answer to a rejected
// token.
func transient(err error) bool {
	var failure *gateway.Error
	if !errors.As(err, &failure) {
		return false
	}
	return failure.Transient() || failure.Kind == gateway.KindNotGateway && !failure.MayRejectToken()
}
