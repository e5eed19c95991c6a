// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

var _ list.ListResourceWithConfigure = &actionListResource{}

// actionListResource finds the actions in Tanium that tanium_action can import, for "terraform
// query".
type actionListResource struct {
	actions actionResource
}

func newActionListResource() list.ListResource { return &actionListResource{} }

func (l *actionListResource) Metadata(
	ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	l.actions.Metadata(ctx, req, resp)
}

func (l *actionListResource) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	texts, flags := searchAttributes()
	attributes := map[string]schema.Attribute{}
	for name, attribute := range texts {
		attributes[name] = attribute
	}
	for name, attribute := range flags {
		attributes[name] = attribute
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds actions in Tanium that Terraform can import. All conditions that are set must " +
			"hold. An operation has a scheduled action for each set of platforms: it is found once, by the first. " +
			"Requires Terraform 1.14 or later.",
		Attributes: attributes,
	}
}

func (l *actionListResource) Configure(
	ctx context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse,
) {
	l.actions.Configure(ctx, req, resp)
}

// List finds the scheduled actions page by page, and reads their actions if Terraform wants the
// resources.
func (l *actionListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var model searchModel
	if diags := req.Config.Get(ctx, &model); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	env := l.actions.env
	seen := map[deployment.Marker]bool{}
	found, _, err := model.search(int(req.Limit)).Find(ctx, env.client(), func(one deployment.FoundAction) bool {
		marker, _ := one.Marker()
		again := one.Shared() && seen[marker]
		seen[marker] = true
		return !again
	})
	if err != nil {
		stream.Results = list.ListResultsStreamDiagnostics(diag.Diagnostics{
			message.ReadFailure("find scheduled actions", err),
		})
		return
	}
	parts, err := l.read(ctx, found, req.IncludeResource)
	if err != nil {
		stream.Results = list.ListResultsStreamDiagnostics(diag.Diagnostics{
			message.ReadFailure("read the actions", err),
		})
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for i, one := range found {
			if !push(l.result(ctx, req, one, parts[i])) {
				return
			}
		}
	}
}

// read reads the deployments that scheduled actions belong to, as an import does, and their results
// if these are wanted.
func (l *actionListResource) read(
	ctx context.Context, found []deployment.FoundAction, results bool,
) ([][]deployment.Part, error) {
	client := l.actions.env.client()
	scheduled := make([]*gateway.ScheduledAction, len(found))
	for i, one := range found {
		scheduled[i] = one.Scheduled
	}
	parts, err := deployment.SiblingsOf(ctx, client, scheduled)
	if err != nil {
		return nil, err
	}
	var all []deployment.Part
	for i := range parts {
		if parts[i], err = deployment.Together(ctx, client, parts[i], scheduled[i].Id); err != nil {
			return nil, err
		}
		all = append(all, parts[i]...)
	}
	if !results {
		return parts, nil
	}
	read, _, err := deployment.ReadAll(ctx, client, all)
	if err != nil {
		return nil, err
	}
	for i := range parts {
		copy(parts[i], read)
		read = read[len(parts[i]):]
	}
	return parts, nil
}

// result returns a scheduled action as Terraform lists it.
func (l *actionListResource) result(
	ctx context.Context, req list.ListRequest, found deployment.FoundAction, parts []deployment.Part,
) list.ListResult {
	result := req.NewListResult(ctx)
	scheduled := found.Scheduled
	id := parts[0].ScheduledActionID // that of the first, whichever the conditions select
	open := found.Open() || slices.ContainsFunc(parts, func(part deployment.Part) bool {
		return !part.Deleted && part.Status != "" && !deployment.Terminal(part.Status)
	})
	result.DisplayName = printable(l.actions.env.client().Mask(displayName(found, open)))
	result.Diagnostics.Append(result.Identity.Set(ctx, actionIdentity{types.StringValue(id)})...)
	if req.IncludeResource {
		model := l.actions.importedModel(ctx, scheduled, parts, &found.Details)
		result.Diagnostics.Append(result.Resource.Set(ctx, model)...)
	}
	return result
}

// displayName returns what "terraform query" prints to the right of the identity: the name, or that
// of the package, and what tells which actions are worth an import. open reports that a part
// of the deployment is open. Tanium may not show the user.
func displayName(found deployment.FoundAction, open bool) string {
	name := found.Scheduled.Name
	if name == "" {
		name, _ = importedRef(found.Details.Package.Id, found.Details.Package.Name)
	}
	facts := "over"
	if open {
		facts = "open"
	}
	if found.Recurring() {
		facts += ", recurring"
	}
	if creator := gateway.Deref(found.Details.Creator.User.Name); creator != "" {
		facts += ", by " + creator
	}
	return fmt.Sprintf("%s (%s)", name, facts)
}

// maxDisplayName is the maximum length of a display name in characters.
const maxDisplayName = 200

// printable returns a text on one line, with a blank in place of each character that a terminal
// does not print. Anybody may name an action: a line break or an escape sequence in its name would
// forge another result.
func printable(text string) string {
	letters := []rune(strings.Map(func(letter rune) rune {
		if !unicode.IsPrint(letter) {
			return ' '
		}
		return letter
	}, text))
	if len(letters) > maxDisplayName {
		return string(letters[:maxDisplayName-1]) + "…"
	}
	return string(letters)
}
