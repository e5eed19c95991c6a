// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/question"
)

// newQuestionFilterDataSource returns the data source tanium_question_filter.
func newQuestionFilterDataSource() datasource.DataSource {
	return &lookup[questionFilterModel]{
		name: "question_filter", schema: questionFilterSchema, read: readQuestionFilter,
	}
}

// questionFilterModel is the configuration and state of the data source tanium_question_filter.
type questionFilterModel struct {
	Text     types.String  `tfsdk:"text"`
	Filter   types.Dynamic `tfsdk:"filter"`
	Question types.String  `tfsdk:"question"`
}

func questionFilterSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Converts the text of a question to a filter. Tanium supplies what the text does not " +
			"say: the names of parameters, and whether sensors, columns and computer groups exist. " +
			"[Questions](../guides/filters.md#questions) describes the text.",
		Attributes: map[string]schema.Attribute{
			"text": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Text of a question, such as `Get Computer Name from all machines with Is " +
					"Windows equals True`, or the conditions that follow `with`.",
			},
			"filter": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "Filter of the conditions, for `filter` of `tanium_endpoints` and `targets` of " +
					"`tanium_action`.",
			},
			"question": computedText("The question as the provider reads it, with parentheses and quotation marks."),
		},
	}
}

func readQuestionFilter(ctx context.Context, env *environment, model *questionFilterModel, diags *diag.Diagnostics) {
	at := catalog.Path{"text"}
	parsed, err := question.Parse(model.Text.ValueString())
	var mistake *question.Error
	if errors.As(err, &mistake) {
		message.Report([]catalog.Problem{question.ProblemOf(mistake, at)}, diags)
		return
	}
	resolved, problems, err := question.Resolve(ctx, env.lookup, parsed.Condition, at)
	message.Report(problems, diags)
	if err != nil {
		diags.Append(message.Failure("look up the sensors and computer groups of the question",
			"to read sensors and computer groups", err))
		return
	}
	if len(problems) > 0 {
		return
	}
	model.Filter = filterValue(resolved.Filter)
	text, err := question.Print(resolved.Filter, resolved.Names)
	if err != nil {
		diags.AddError("Bug in the provider",
			fmt.Sprintf("The filter of the question cannot be printed: %s. Please report this.", err))
		return
	}
	model.Question = types.StringValue(text)
	if parsed.Mixed > 0 {
		diags.AddAttributeWarning(path.Root("text"), "Question mixes \"and\" and \"or\" without parentheses",
			fmt.Sprintf("At character %d, \"or\" follows or precedes \"and\". Tanium does not document which of them "+
				"binds more tightly. In this provider, \"and\" does. It reads the question as:\n\n%s\n\n"+
				"Add parentheses to state what is meant.", parsed.Mixed, text))
	}
}
