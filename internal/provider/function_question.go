// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/question"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// questionFunction is the function question.
type questionFunction struct{}

func newQuestionFunction() function.Function { return questionFunction{} }

func (questionFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "question"
}

func (questionFunction) Definition(
	_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse,
) {
	resp.Definition = function.Definition{
		Summary: "Question that lists the endpoints of a filter",
		MarkdownDescription: "Returns the question that lists the endpoints of a filter, to ask it in the Tanium " +
			"console. It is the inverse of [`question_filter`](question_filter.md). Fields of endpoints (`path`), " +
			"computer groups by `id`, and the operators `READ_AFTER` and `UPDATED_AFTER` have no counterpart in a " +
			"question.",
		Parameters: []function.Parameter{
			function.DynamicParameter{Name: "filter", MarkdownDescription: "Filter of endpoints."},
		},
		VariadicParameter: parameterNames(),
		Return:            function.StringReturn{},
	}
}

func (questionFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var value types.Dynamic
	var given []types.Map
	if resp.Error = req.Arguments.Get(ctx, &value, &given); resp.Error != nil {
		return
	}
	known, mistake := knownNames(given)
	if mistake != nil {
		resp.Error = mistake
		return
	}
	decoded := filterFrom(value, catalog.Path{"filter"}, targeting.ForListing)
	if len(decoded.Problems) > 0 {
		first := decoded.Problems[0]
		resp.Error = function.NewArgumentFuncError(0,
			first.Path.String()+": "+first.Summary+". "+strings.TrimSuffix(first.Detail, "."))
		return
	}
	if decoded.Value == nil {
		resp.Error = function.NewArgumentFuncError(0, "the filter is not an object")
		return
	}
	text, err := question.Print(*decoded.Value, namesIn(known))
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, questionMistake(err))
		return
	}
	resp.Error = resp.Result.Set(ctx, text)
}
