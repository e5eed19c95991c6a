// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

// envLimit begins the environment variable of a limit. Its name in capital letters follows.
const envLimit = "TANIUM_LIMIT_"

// limitsModel is the block limits of the provider.
type limitsModel struct {
	MaxEndpoints        types.Int64 `tfsdk:"max_endpoints"`
	MaxEndpointsPerRun  types.Int64 `tfsdk:"max_endpoints_per_run"`
	AllowedActionGroups types.Set   `tfsdk:"allowed_action_groups"`
	AllowedPackages     types.Set   `tfsdk:"allowed_packages"`
	DeniedPackages      types.Set   `tfsdk:"denied_packages"`
	RequireGuard        types.Bool  `tfsdk:"require_guard"`
}

// limitVariable returns the environment variable of a limit.
func limitVariable(name string) string { return envLimit + strings.ToUpper(name) }

// limitsBlock returns the block limits.
func limitsBlock() schema.SingleNestedBlock {
	also := func(name, description string) string {
		return description + " Also set by the environment variable `" + limitVariable(name) + "`."
	}
	number := func(name, description string) schema.Int64Attribute {
		return schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.Between(1, maxInt32)},
			MarkdownDescription: also(name, description),
		}
	}
	names := func(name, description string) schema.SetAttribute {
		return schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			Validators: []validator.Set{
				setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1)),
			},
			MarkdownDescription: also(name, description),
		}
	}
	const operations = " An operation is `operation:` and its name, such as `operation:add_tags`."
	return schema.SingleNestedBlock{
		MarkdownDescription: "Limits of the organisation on every deployment of a run, checked in the plan and again " +
			"immediately before a deployment. Each can also be set in the environment of the machine that runs " +
			"Terraform, where the authors of modules cannot change it; a set is a JSON array there. If both are set, " +
			"both hold. If a variable cannot be read, no deployment is made, and an action can still be cancelled. " +
			"One run does not see what another run deploys, nor what a provider with another alias does.",
		Attributes: map[string]schema.Attribute{
			deployment.LimitNameEndpoints: number(deployment.LimitNameEndpoints,
				"Maximum number of endpoints of a deployment, as its `preview.source` counts them when it is made: by "+
					"default, those that are online. Endpoints that come online before the action expires, and the "+
					"later issues of a recurring action, are not counted. A `reviewed` set of up to "+
					strconv.Itoa(targeting.MaxEndpointIDs)+" endpoints reaches no other endpoint at any time."),
			deployment.LimitNameEndpointsPerRun: number(deployment.LimitNameEndpointsPerRun,
				"Maximum number of endpoints of all deployments of a run, counted in the same way. An endpoint counts "+
					"once for each deployment that reaches it. A plan counts identical deployments once, and the "+
					"apply each that is made."),
			deployment.LimitNameActionGroups: names(deployment.LimitNameActionGroups,
				"Names or IDs of the only action groups."),
			deployment.LimitNameAllowedPackages: names(deployment.LimitNameAllowedPackages,
				"Names or IDs of the only packages."+operations),
			deployment.LimitNameDeniedPackages: names(deployment.LimitNameDeniedPackages,
				"Names or IDs of packages that may not be run."+operations),
			deployment.LimitNameRequireGuard: schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: also(deployment.LimitNameRequireGuard,
					"Require an upper limit in the `guard` of every deployment. Default `false`."),
			},
		},
	}
}

// limitsFrom returns the limits of the block limits and of the environment, which is a list of
// names and values with equals signs. One of the block that is not known cannot be held, and is an
// error.
func limitsFrom(block *limitsModel, environ []string, diags *diag.Diagnostics) []deployment.Limits {
	var all []deployment.Limits
	if block != nil {
		all = append(all, block.limits(diags))
	}
	given := map[string]string{}
	for _, each := range environ {
		if variable, value, _ := strings.Cut(each, "="); strings.HasPrefix(variable, envLimit) {
			given[variable] = value
		}
	}
	if len(given) > 0 {
		all = append(all, environmentLimits(given))
	}
	return all
}

// limits converts the block.
func (m limitsModel) limits(diags *diag.Diagnostics) deployment.Limits {
	at := path.Root("limits")
	isKnown := func(name string, unknown bool) {
		if unknown {
			diags.AddAttributeError(at.AtName(name), "Limit is not known yet",
				fmt.Sprintf("limits.%s depends on a value that is known after apply only, so it could not be held. "+
					"Apply the source of the value first with -target, or set the environment variable %s.", name,
					limitVariable(name)))
		}
	}
	isKnown(deployment.LimitNameEndpoints, m.MaxEndpoints.IsUnknown())
	isKnown(deployment.LimitNameEndpointsPerRun, m.MaxEndpointsPerRun.IsUnknown())
	isKnown(deployment.LimitNameRequireGuard, m.RequireGuard.IsUnknown())
	names := func(name string, value types.Set) []string {
		unknown := value.IsUnknown()
		for _, element := range value.Elements() {
			unknown = unknown || element.IsUnknown()
		}
		isKnown(name, unknown)
		if value.IsNull() {
			return nil
		}
		return append([]string{}, members(value)...) // an empty set allows none
	}
	return deployment.Limits{
		Where:               func(name string) string { return "limits." + name + " in the provider block" },
		MaxEndpoints:        number(m.MaxEndpoints),
		MaxEndpointsPerRun:  number(m.MaxEndpointsPerRun),
		AllowedActionGroups: names(deployment.LimitNameActionGroups, m.AllowedActionGroups),
		AllowedPackages:     names(deployment.LimitNameAllowedPackages, m.AllowedPackages),
		DeniedPackages:      names(deployment.LimitNameDeniedPackages, m.DeniedPackages),
		RequireGuard:        m.RequireGuard.ValueBool(),
	}
}

// environmentLimits returns the limits of the variables of an environment that begin with envLimit.
// One that is empty, or that has an unknown name, is invalid: a limit with a mistake would be none.
func environmentLimits(given map[string]string) (limits deployment.Limits) {
	invalid := func(variable, detail string, values ...any) {
		limits.Invalid = append(limits.Invalid, catalog.Problem{
			Summary: "Invalid environment variable",
			Detail: fmt.Sprintf("%s is %q. ", variable, given[variable]) + fmt.Sprintf(detail, values...) +
				" Nothing was deployed. An action can still be cancelled.",
		})
	}
	var names []string
	read := func(name, want string, decode func(string) error) {
		variable := limitVariable(name)
		names = append(names, variable)
		if raw, set := given[variable]; set {
			if err := decode(raw); err != nil {
				invalid(variable, "It must be %s. Unset it for no limit.", want)
			}
		}
	}
	number := func(name string) (limit *int) {
		read(name, "a whole number of at least 1", func(raw string) error {
			value, err := strconv.ParseInt(raw, 10, 32)
			if err == nil && value < 1 {
				err = strconv.ErrRange
			}
			limit = new(int(value))
			return err
		})
		return limit
	}
	list := func(name string) (entries []string) {
		read(name, `a JSON array of names, such as ["All Computers"]`, func(raw string) error {
			err := json.Unmarshal([]byte(raw), &entries)
			if err == nil && (entries == nil || slices.Contains(entries, "")) { // null is read as ""
				err = strconv.ErrSyntax
			}
			return err
		})
		return entries
	}
	limits.Where = func(name string) string {
		return "the environment variable " + limitVariable(name) + " of the machine that runs Terraform"
	}
	limits.MaxEndpoints = number(deployment.LimitNameEndpoints)
	limits.MaxEndpointsPerRun = number(deployment.LimitNameEndpointsPerRun)
	limits.AllowedActionGroups = list(deployment.LimitNameActionGroups)
	limits.AllowedPackages = list(deployment.LimitNameAllowedPackages)
	limits.DeniedPackages = list(deployment.LimitNameDeniedPackages)
	read(deployment.LimitNameRequireGuard, "true or false", func(raw string) (err error) {
		limits.RequireGuard, err = strconv.ParseBool(raw)
		return err
	})
	for _, variable := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(names, variable) {
			invalid(variable, "There is no such limit.%s", catalog.Suggest(variable, names))
		}
	}
	return limits
}
