// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// lookup is a data source that looks objects up. Model is its configuration and state.
type lookup[Model any] struct {
	// name is the type name without the provider's.
	name   string
	schema func() schema.Schema
	// read completes a model, or adds errors.
	read func(context.Context, *environment, *Model, *diag.Diagnostics)

	env *environment
}

func (d *lookup[Model]) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

func (d *lookup[Model]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.schema()
}

func (d *lookup[Model]) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	d.env = environmentFrom(req.ProviderData, &resp.Diagnostics)
}

func (d *lookup[Model]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	d.read(ctx, d.env, &model, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	}
}

// namesModel is the part of a configuration that selects objects by their names.
type namesModel struct {
	Name         types.String `tfsdk:"name"`
	NameContains types.String `tfsdk:"name_contains"`
	MaxResults   types.Int64  `tfsdk:"max_results"`
	Truncated    types.Bool   `tfsdk:"truncated"`
}

// search converts the model.
func (m namesModel) search() catalog.Search {
	search := catalog.Search{
		Name: m.Name.ValueString(), NameContains: m.NameContains.ValueString(), Max: defaultMaxResults,
	}
	if !m.MaxResults.IsNull() {
		search.Max = int(m.MaxResults.ValueInt64())
	}
	return search
}

// setTruncated records whether more objects were found than are listed, and warns if no limit is
// set.
func (m *namesModel) setTruncated(truncated bool, objects string, diags *diag.Diagnostics) {
	m.Truncated = types.BoolValue(truncated)
	if truncated && m.MaxResults.IsNull() {
		diags.AddAttributeWarning(path.Root("max_results"), "Not all "+objects+" are listed",
			fmt.Sprintf("More than %d %s were found. The first %d by name are listed. To change the limit, set "+
				"max_results.", defaultMaxResults, objects, defaultMaxResults))
	}
}

// namesAttributes returns the attributes of namesModel, and more.
func namesAttributes(objects string, more map[string]schema.Attribute) map[string]schema.Attribute {
	condition := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Validators: notEmpty(), MarkdownDescription: description}
	}
	more["name"] = condition("Whole name, in the case given.")
	more["name_contains"] = condition("Part of the name, in the case given.")
	more["max_results"] = schema.Int64Attribute{
		Optional:            true,
		Validators:          []validator.Int64{int64validator.AtLeast(1)},
		MarkdownDescription: fmt.Sprintf("Maximum number of %s to list. Default `%d`.", objects, defaultMaxResults),
	}
	more["truncated"] = schema.BoolAttribute{
		Computed:            true,
		MarkdownDescription: fmt.Sprintf("Whether more %s were found than `max_results`.", objects),
	}
	return more
}

// contentSetAttribute returns the condition on the content set.
func contentSetAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Validators: notEmpty(), MarkdownDescription: "Name of the content set.",
	}
}

// refAttributes returns the attributes id and name of a data source for one object, and more.
func refAttributes(object string, more map[string]schema.Attribute) map[string]schema.Attribute {
	more["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: fmt.Sprintf("ID of the %s. Exactly one of `id` and `name` is required.", object),
		Validators: []validator.String{
			stringvalidator.LengthAtLeast(1), stringvalidator.ExactlyOneOf(path.MatchRoot("name")),
		},
	}
	more["name"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: notEmpty(),
		MarkdownDescription: fmt.Sprintf("Name of the %s.", object),
	}
	return more
}

// lookUpGroup returns a group. It returns nil and reports an error if there is none: Tanium answers
// an unknown group with null or with a refusal, and check names the nearest ones.
func lookUpGroup[Group any](
	object string, ref gateway.Ref, get func() (*Group, error), check func() ([]catalog.Problem, error),
	diags *diag.Diagnostics,
) *Group {
	group, err := get()
	if group != nil || (err != nil && !gateway.IsRefused(err)) {
		if err != nil {
			diags.Append(message.Failure("read "+object+" "+ref.String(), "to read "+object+"s", err))
		}
		return group
	}
	problems, checkErr := check()
	message.Report(problems, diags)
	if len(problems) == 0 { // the check found it, or failed
		diags.Append(message.Failure("read "+object+" "+ref.String(), "to read "+object+"s", cmp.Or(checkErr, err,
			errors.New("the answer has neither an object nor an error"))))
	}
	return nil
}

// refOf returns the reference of a configuration.
func refOf(id, name types.String) gateway.Ref {
	return gateway.Ref{ID: id.ValueString(), Name: name.ValueString()}
}

// computedText, computedFlag and computedCount return attributes that Tanium sets.
func computedText(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func computedFlag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

func computedCount(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

// computedObjects returns a list of objects that Tanium sets.
func computedObjects(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: description,
		NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}
