// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/question"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// questionFilterFunction is the function question_filter.
type questionFilterFunction struct{}

func newQuestionFilterFunction() function.Function { return questionFilterFunction{} }

func (questionFilterFunction) Metadata(
	_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse,
) {
	resp.Name = "question_filter"
}

func (questionFilterFunction) Definition(
	_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse,
) {
	resp.Definition = function.Definition{
		Summary: "Filter of the conditions in the text of a question",
		MarkdownDescription: "Returns the filter of a question, such as `Get Computer Name from all machines with " +
			"Is Windows equals True`, or of the conditions that follow `with`. The function sends no request " +
			"to Tanium. The plan of what uses the filter checks the names. The data source " +
			"[`tanium_question_filter`](../data-sources/question_filter.md) does more: it finds the names of " +
			"parameters, and checks names in any case. [Questions](../guides/filters.md#questions) describes the " +
			"text.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "text", MarkdownDescription: "Text of the question, or of its conditions."},
		},
		VariadicParameter: parameterNames(),
		Return:            function.DynamicReturn{},
	}
}

// parameterNames returns the parameter with the names of sensors' parameters.
func parameterNames() function.Parameter {
	return function.MapParameter{
		Name:        "parameter_names",
		ElementType: types.ListType{ElemType: types.StringType},
		MarkdownDescription: "Names of parameters in order, by sensor, such as `{ \"Custom Tag Exists\" = " +
			"[\"tag\"] }`. A question gives parameters by position, and a filter gives them by name.",
	}
}

func (questionFilterFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	var given []types.Map
	if resp.Error = req.Arguments.Get(ctx, &text, &given); resp.Error != nil {
		return
	}
	known, mistake := knownNames(given)
	if mistake != nil {
		resp.Error = mistake
		return
	}
	parsed, err := question.Parse(text)
	var filter targeting.Filter
	if err == nil {
		filter, err = parsed.Condition.Filter(namesIn(known))
	}
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, questionMistake(err))
		return
	}
	resp.Error = resp.Result.Set(ctx, filterValue(filter))
}

// knownNames returns the names of parameters in the arguments of a function after the first, or the
// error of a null in them. Terraform checks only that the argument itself is not null.
func knownNames(given []types.Map) ([]map[string][]string, *function.FuncError) {
	known := make([]map[string][]string, len(given))
	for i, argument := range given {
		known[i] = map[string][]string{}
		for _, sensor := range slices.Sorted(maps.Keys(argument.Elements())) {
			list, ok := argument.Elements()[sensor].(types.List)
			if !ok || list.IsNull() {
				return nil, function.NewArgumentFuncError(int64(i+1), fmt.Sprintf("the names of the parameters of the "+
					"sensor %q are null. Give a list of names, or leave the sensor out", sensor))
			}
			for at, element := range list.Elements() {
				if element.IsNull() {
					return nil, function.NewArgumentFuncError(int64(i+1), fmt.Sprintf("the name of parameter %d of "+
						"the sensor %q is null. Give the name", at+1, sensor))
				}
			}
			known[i][sensor] = textsOf(list.Elements())
		}
	}
	return known, nil
}

// namesIn returns the names of parameters in the arguments of a function.
func namesIn(known []map[string][]string) question.Names {
	return func(sensor string) ([]string, bool) {
		for _, each := range known {
			if names, ok := each[sensor]; ok {
				return names, true
			}
		}
		return nil, false
	}
}

// questionMistake describes a mistake at the argument of a function. Terraform adds the period.
func questionMistake(err error) string {
	text := err.Error()
	var mistake *question.Error
	if errors.As(err, &mistake) && mistake.NamesUnknown {
		text += ". Give the names as another argument, such as { \"Custom Tag Exists\" = [\"tag\"] }, or use the " +
			"data source tanium_question_filter, which asks Tanium for them"
	}
	return text
}
