// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
)

// searchModel is the part of a configuration that selects scheduled actions.
type searchModel struct {
	Name            types.String `tfsdk:"name"`
	NameContains    types.String `tfsdk:"name_contains"`
	CommentContains types.String `tfsdk:"comment_contains"`
	PackageName     types.String `tfsdk:"package_name"`
	Creator         types.String `tfsdk:"creator"`
	Recurring       types.Bool   `tfsdk:"recurring"`
	Open            types.Bool   `tfsdk:"open"`
}

// search converts the model, for a maximum number of scheduled actions.
func (m searchModel) search(most int) deployment.ActionSearch {
	return deployment.ActionSearch{
		Name: m.Name.ValueString(), NameContains: m.NameContains.ValueString(),
		CommentContains: m.CommentContains.ValueString(), Package: m.PackageName.ValueString(),
		Creator: m.Creator.ValueString(), Recurring: m.Recurring.ValueBoolPointer(), Open: m.Open.ValueBoolPointer(),
		Max: most,
	}
}

// searchAttributes returns the attributes of searchModel. Their schema is that of a resource, which
// a data source and a list resource can use as well.
func searchAttributes() (texts map[string]schema.StringAttribute, flags map[string]schema.BoolAttribute) {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Validators: notEmpty(), MarkdownDescription: description}
	}
	texts = map[string]schema.StringAttribute{
		"name":             text("Whole name of the scheduled action, in the case given."),
		"name_contains":    text("Part of the name, in the case given."),
		"comment_contains": text("Part of the comment."),
		"package_name":     text("Name of the package that it runs."),
		"creator":          text("Name of the user who created it."),
	}
	flags = map[string]schema.BoolAttribute{
		"recurring": {
			Optional: true,
			MarkdownDescription: "`true` for scheduled actions that issue actions again, `false` for those that " +
				"issue one. Default: both.",
		},
		"open": {
			Optional: true,
			MarkdownDescription: "`true` for scheduled actions that may issue an action or whose last action is " +
				"open, `false` for those that are over. Default: both.",
		},
	}
	return texts, flags
}
