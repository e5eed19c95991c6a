// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"time"
)

// orphaned waits until the process has another parent than it had: Terraform was killed, and could
// not end its provider. Nothing else ends a provider without work. One with work ends by chance,
// when it writes to Terraform's end of a pipe. The parent must be asked before the provider serves:
// if Terraform is gone by then, the handshake goes into that pipe and ends the provider.
func orphaned(ctx context.Context, parent int, current func() int) bool {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
			if current() != parent {
				return true
			}
		}
	}
}
