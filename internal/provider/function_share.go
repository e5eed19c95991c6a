// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// shareFunction is the function share.
type shareFunction struct{}

func newShareFunction() function.Function { return shareFunction{} }

func (shareFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "share"
}

func (shareFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Filter that keeps a share of all endpoints",
		MarkdownDescription: "Returns a filter that keeps the endpoints whose `Computer ID` ends with two digits " +
			"that are at least `from_percent` and less than `to_percent`. Shares that do not overlap have no " +
			"endpoint in common. Together, `share(0, 10)`, `share(10, 50)` and `share(50, 100)` have every endpoint " +
			"with a `Computer ID`, each once. An endpoint does not change its share when other endpoints come or go. " +
			"Tanium does not document that these digits are spread evenly. The plan shows the number of endpoints. " +
			"With few endpoints, a share can be empty.",
		Parameters: []function.Parameter{
			function.NumberParameter{
				Name:                "from_percent",
				MarkdownDescription: "Start of the share, a whole number from 0 to 99.",
			},
			function.NumberParameter{
				Name:                "to_percent",
				MarkdownDescription: "End of the share, a whole number from 1 to 100, greater than `from_percent`.",
			},
		},
		Return: function.DynamicReturn{},
	}
}

func (shareFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	// A parameter of the type Int64 would answer 0.5 with "Please report this to the provider
	// developer".
	var arguments [2]*big.Float
	resp.Error = req.Arguments.Get(ctx, &arguments[0], &arguments[1])
	if resp.Error != nil {
		return
	}
	var percents [2]int
	for i, argument := range arguments {
		percent, accuracy := argument.Int64()
		if accuracy != big.Exact || percent < 0 || percent > 100 {
			resp.Error = function.NewArgumentFuncError(int64(i), fmt.Sprintf("%s is not a bound of a share. "+
				"The bounds are whole numbers from 0 to 100", argument.Text('f', -1)))
			return
		}
		percents[i] = int(percent)
	}
	filter, err := targeting.Share(percents[0], percents[1])
	if err != nil {
		resp.Error = function.NewArgumentFuncError(1, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, filterValue(filter))
}
