// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package provider implements the Terraform provider for Tanium: its configuration, resources and
// data sources. It maps Terraform's values to the types of the packages below it, which do not
// import Terraform.
package provider

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

var (
	_ provider.ProviderWithActions       = &taniumProvider{}
	_ provider.ProviderWithFunctions     = &taniumProvider{}
	_ provider.ProviderWithListResources = &taniumProvider{}
)

type taniumProvider struct {
	version string
	options TestOptions
	// configured is set by Configure.
	configured atomic.Pointer[environment]
}

// TestOptions configure how the provider waits. Only tests set them.
type TestOptions struct {
	// Clock is the local clock; nil for the system clock.
	Clock deployment.Clock
	// Retry configures how requests are retried; the zero value for the client's default.
	Retry gateway.Retry
	// BatchWindow is how long a read waits for others to share its request; zero for the client's
	// default.
	BatchWindow time.Duration
	// Getenv reads the environment; nil for os.Getenv.
	Getenv func(string) string
}

// New returns a constructor of the provider. The version is part of the User-Agent of every
// request.
func New(version string) func() provider.Provider {
	return NewForTest(version, TestOptions{})
}

// NewForTest is New with options for tests.
func NewForTest(version string, options TestOptions) func() provider.Provider {
	if options.Clock == nil {
		options.Clock = deployment.SystemClock{}
	}
	if options.Getenv == nil {
		options.Getenv = os.Getenv
	}
	return func() provider.Provider { return &taniumProvider{version: version, options: options} }
}

// providerModel is the configuration of the provider.
type providerModel struct {
	URL                types.String `tfsdk:"url"`
	APIToken           types.String `tfsdk:"api_token"`
	APITokenFile       types.String `tfsdk:"api_token_file"`
	Headers            types.Map    `tfsdk:"headers"`
	CACertificate      types.String `tfsdk:"ca_certificate"`
	ClientCertificate  types.String `tfsdk:"client_certificate"`
	ClientKey          types.String `tfsdk:"client_key"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
	RequestTimeout     types.String `tfsdk:"request_timeout"`
	Limits             *limitsModel `tfsdk:"limits"`
}

// providerTypeName begins the name of each type.
const providerTypeName = "tanium"

func (p *taniumProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = providerTypeName
	resp.Version = p.version
}

func (p *taniumProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Deploys Tanium actions through the API Gateway.",
		Blocks:              map[string]schema.Block{"limits": limitsBlock()},
		Attributes: map[string]schema.Attribute{
			"url": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Address of the Tanium API, such as `https://example-api.cloud.tanium.com`. " +
					"The provider appends the gateway's path. Can also be set with the environment variable `" +
					message.EnvURL + "`.",
			},
			"api_token": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "API token, including its prefix `token-`, in printable ASCII characters " +
					"without white space. Can also be set with the environment variable `" + message.EnvAPIToken + "`.",
			},
			"api_token_file": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Path of a file with the API token, in place of `api_token`. White space at its " +
					"end is ignored. The provider reads the file when it starts, and again after Tanium rejected the " +
					"token, so a long run goes on with a token that is renewed in the file. Can also be set with the " +
					"environment variable `" + message.EnvAPITokenFile + "`.",
			},
			"headers": schema.MapAttribute{
				Optional:    true,
				Sensitive:   true,
				ElementType: types.StringType,
				MarkdownDescription: "Further headers of every request, by name, such as for a proxy in front of " +
					"Tanium that requires a sign-in. The provider sends them only to the host of `url`. It does not " +
					"accept headers that it sets itself, such as `session`.",
			},
			"ca_certificate": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "PEM-encoded CA certificates to trust in addition to the system's, for a server " +
					"whose certificate was signed by a private certificate authority. Can also be set with the " +
					"environment variable `" + message.EnvCACertificate + "`.",
			},
			"client_certificate": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "PEM-encoded certificate that the provider presents to the server (mutual TLS), " +
					"followed by those of its authorities if the server needs them. Requires `client_key`. Can also " +
					"be set with the environment variable `" + message.EnvClientCertificate + "`.",
			},
			"client_key": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "PEM-encoded private key of `client_certificate`, not encrypted. Can also be " +
					"set with the environment variable `" + message.EnvClientKey + "`.",
			},
			"insecure_skip_verify": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Skip certificate verification. Insecure: anyone can impersonate the server. " +
					"Default `false`. Can also be set with the environment variable `" +
					message.EnvInsecureSkipVerify + "`.",
			},
			"request_timeout": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Maximum duration of one attempt of a request, such as `90s`. Default `60s`. " +
					"A live question can take up to 30 seconds. Can also be set with the environment variable `" +
					message.EnvRequestTimeout + "`.",
			},
		},
	}
}

// Configure creates the client. It sends no request, so that a provider that no resource uses needs
// no server.
func (p *taniumProvider) Configure(
	ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse,
) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	options := model.options(p.options.Getenv, &resp.Diagnostics)
	options.OnExchange = recording(p.options.Getenv, &resp.Diagnostics)
	limits := limitsFrom(model.Limits, os.Environ(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	options.UserAgent = userAgent(p.version, req.TerraformVersion, os.Getenv("TF_APPEND_USER_AGENT"))
	options.OnPause, options.OnRepeat = logPause, logRepeat
	options.Retry, options.BatchWindow, options.Now = p.options.Retry, p.options.BatchWindow, p.options.Clock.Now
	client, err := gateway.New(options)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("ca_certificate"), "CA certificate cannot be used",
			fmt.Sprintf("The certificate given as ca_certificate or %s cannot be used: %s.",
				message.EnvCACertificate, err))
		return
	}
	clock, lookup := p.options.Clock, catalog.New(client, p.options.Clock.Now)
	serverClock := deployment.ServerClock{Clock: clock, Client: client}
	preparer := &deployment.Preparer{
		Catalog: lookup, Clock: serverClock, Previews: &targeting.Previews{Catalog: lookup, Now: clock.Now},
		Limits: limits,
	}
	env := &environment{
		lookup:      lookup,
		clock:       clock,
		serverClock: serverClock,
		preparer:    preparer,
		dispatcher:  &deployment.Dispatcher{Client: client, Clock: clock, Random: rand.Reader, Preparer: preparer},
	}
	p.configured.Store(env)
	resp.DataSourceData, resp.ResourceData, resp.ActionData, resp.ListResourceData = env, env, env, env
}

func (p *taniumProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newActionGroupDataSource, newActionGroupsDataSource, newActionPreviewDataSource, newActionResultsDataSource,
		newComputerGroupDataSource,
		newComputerGroupsDataSource, newEndpointsDataSource, newPackageSpecDataSource, newPackageSpecsDataSource,
		newQuestionFilterDataSource, newScheduledActionsDataSource, newSensorDataSource, newSensorsDataSource,
		newTenantDataSource,
	}
}

// Functions are the functions of the provider, which Terraform 1.8 and later can call.
func (p *taniumProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newQuestionFilterFunction, newQuestionFunction, newShareFunction}
}

// Actions are the actions of Terraform 1.14 and later.
func (p *taniumProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{newApproveAction, newCancelAction, newDeployAction}
}

// ListResources are what "terraform query" of Terraform 1.14 and later can find.
func (p *taniumProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{newActionListResource}
}

func (p *taniumProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		newActionResource, newActionWaitResource, newApprovalResource, newRemediationResource,
	}
}

// options reads the configuration and the environment. The configuration takes precedence.
func (m providerModel) options(getenv func(string) string, diags *diag.Diagnostics) gateway.Options {
	var options gateway.Options
	if raw, ok := setting(m.URL, "url", message.EnvURL, getenv, diags); ok {
		address, err := gateway.ParseAddress(raw)
		switch {
		case raw == "":
			missing("url", message.EnvURL,
				"the address of the Tanium API, such as https://example-api.cloud.tanium.com", diags)
		case err != nil:
			diags.AddAttributeError(path.Root("url"), "Invalid URL",
				fmt.Sprintf("The address %q, given as url or %s, %s.", withoutUser(raw), message.EnvURL, err))
		case address.Plaintext():
			diags.AddAttributeWarning(path.Root("url"), "API token is sent unencrypted",
				"The address begins with http://, so anyone on the network path can read the API token. Use https://.")
		}
		options.Address = address
	}
	options.Token, options.TokenFile = m.token(getenv, diags)
	options.Headers = m.headers(diags)
	if pem, ok := setting(m.CACertificate, "ca_certificate", message.EnvCACertificate, getenv, diags); ok {
		options.CACertificates = []byte(pem)
	}
	options.ClientCertificate = m.clientCertificate(getenv, diags)
	if known(m.InsecureSkipVerify, "insecure_skip_verify", message.EnvInsecureSkipVerify, diags) {
		options.InsecureSkipVerify = m.InsecureSkipVerify.ValueBool()
		if raw := getenv(message.EnvInsecureSkipVerify); m.InsecureSkipVerify.IsNull() && raw != "" {
			skip, err := strconv.ParseBool(raw)
			if err != nil {
				diags.AddAttributeError(path.Root("insecure_skip_verify"), "Invalid environment variable",
					message.EnvInsecureSkipVerify+" must be true or false.")
			}
			options.InsecureSkipVerify = skip
		}
	}
	raw, ok := setting(m.RequestTimeout, "request_timeout", message.EnvRequestTimeout, getenv, diags)
	if ok && raw != "" {
		timeout, err := time.ParseDuration(raw)
		if err != nil || timeout <= 0 {
			diags.AddAttributeError(path.Root("request_timeout"), "Invalid request timeout",
				fmt.Sprintf("%q, given as request_timeout or %s, is not a positive duration. "+
					"Use a number and a unit, such as 90s.",
					raw, message.EnvRequestTimeout))
		}
		options.RequestTimeout = timeout
	}
	return options
}

// withoutUser replaces the part of an address before the host by dots, because it may contain a
// password.
func withoutUser(raw string) string {
	at := strings.LastIndex(raw, "@")
	if at < 0 {
		return raw
	}
	scheme, _, found := strings.Cut(raw, "://")
	if !found {
		return "..." + raw[at:]
	}
	return scheme + "://..." + raw[at:]
}

// setting returns the configured value, or that of the environment variable if none is configured.
// It returns false and reports an error if the value is unknown.
func setting(
	value types.String, name, variable string, getenv func(string) string, diags *diag.Diagnostics,
) (string, bool) {
	if !known(value, name, variable, diags) {
		return "", false
	}
	if value.ValueString() != "" {
		return value.ValueString(), true
	}
	return getenv(variable), true
}

// known returns whether a value is known, and reports an error if it is not.
func known(value attr.Value, name, variable string, diags *diag.Diagnostics) bool {
	if !value.IsUnknown() {
		return true
	}
	diags.AddAttributeError(path.Root(name), "Provider configuration is not known yet",
		fmt.Sprintf("%s depends on a value that is known only after apply. Apply the source of the value first "+
			"with -target, set a value that is known, or set the environment variable %s.", name, variable))
	return false
}

// missing reports that a required argument is not set.
func missing(name, variable, what string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root(name), "Missing "+name,
		fmt.Sprintf("The provider requires %s. Set %s in the provider configuration, or set the environment "+
			"variable %s.", what, name, variable))
}

// userAgent returns the User-Agent of requests: the versions of the provider and of Terraform, and
// the value of TF_APPEND_USER_AGENT.
func userAgent(version, terraform, appended string) string {
	agent := fmt.Sprintf("terraform-provider-tanium/%s Terraform/%s", version, terraform)
	if appended = strings.TrimSpace(appended); appended != "" {
		agent += " " + appended
	}
	return agent
}
