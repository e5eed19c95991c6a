// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import "sync"

// maxConcurrent is the maximum number of concurrent reads. The client merges them into fewer
// requests.
const maxConcurrent = 100

// each calls a function for every index, up to maxConcurrent at a time, so that their reads can
// share requests. It returns the errors by index.
func each(n int, do func(i int) error) []error {
	failures := make([]error, n)
	var calls sync.WaitGroup
	slots := make(chan struct{}, maxConcurrent)
	for i := range n {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			failures[i] = do(i)
		})
	}
	calls.Wait()
	return failures
}
