// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import "sync"

// maxConcurrent bounds the reads under way at a time, which the client puts into a fraction of the
// requests.
const maxConcurrent = 100

// each calls a function for every index, several at a time so that their reads share requests. It
// returns the errors by index.
func each(n int, do func(i int) error) []error {
	failures := make([]error, n)
	var calls sync.WaitGroup
	places := make(chan struct{}, maxConcurrent)
	for i := range n {
		places <- struct{}{}
		calls.Go(func() {
			defer func() { <-places }()
			failures[i] = do(i)
		})
	}
	calls.Wait()
	return failures
}
