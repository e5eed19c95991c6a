// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package provider is what Terraform sees: one file a type, each a thin layer over the packages
// below, which know nothing of Terraform.
package provider

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/deployment"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/targeting"
)

var _ provider.Provider = &taniumProvider{}

type taniumProvider struct {
	version string
	options TestOptions
}

// TestOptions are what tests change: how the provider waits. The zero value is for everybody else.
type TestOptions struct {
	// Clock to wait by between polls; nil for the machine's.
	Clock deployment.Clock
	// Retry of requests that may be repeated; the zero value for the client's own.
	Retry gateway.Retry
	// Linger of reads that share a request; zero for the client's own.
	Linger time.Duration
}

// New makes the provider. The version goes into the User-Agent of every request.
func New(version string) func() provider.Provider {
	return NewForTest(version, TestOptions{})
}

// NewForTest makes the provider for tests, which must not wait.
func NewForTest(version string, options TestOptions) func() provider.Provider {
	if options.Clock == nil {
		options.Clock = deployment.SystemClock{}
	}
	return func() provider.Provider { return &taniumProvider{version: version, options: options} }
}

type providerModel struct {
	URL                types.String `tfsdk:"url"`
	APIToken           types.String `tfsdk:"api_token"`
	CACertificate      types.String `tfsdk:"ca_certificate"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
	RequestTimeout     types.String `tfsdk:"request_timeout"`
}

// Environment variables, each standing in for the argument of the same name.
const (
	envURL                = "TANIUM_URL"
	envAPIToken           = "TANIUM_API_TOKEN"
	envCACertificate      = "TANIUM_CA_CERTIFICATE"
	envInsecureSkipVerify = "TANIUM_INSECURE_SKIP_VERIFY"
	envRequestTimeout     = "TANIUM_REQUEST_TIMEOUT"
)

func (p *taniumProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "tanium"
	resp.Version = p.version
}

func (p *taniumProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Deploys Tanium actions through the API Gateway.",
		Attributes: map[string]schema.Attribute{
			"url": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Address of the Tanium API, such as `https://example-api.cloud.tanium.com`. " +
					"The gateway's path is added. May be given by the environment variable `" + envURL + "`.",
			},
			"api_token": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "API token, with its prefix `token-`. May be given by the environment variable `" +
					envAPIToken + "`.",
			},
			"ca_certificate": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "PEM certificates to trust besides the system's, for a server whose certificate " +
					"is signed by a private authority. May be given by the environment variable `" +
					envCACertificate + "`.",
			},
			"insecure_skip_verify": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Skip certificate verification. Insecure: anyone can impersonate the server. " +
					"Default `false`. May be given by the environment variable `" + envInsecureSkipVerify + "`.",
			},
			"request_timeout": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Maximum duration of one attempt at a request, such as `90s`. Default `60s`; " +
					"a live question alone may take 30 seconds. May be given by the environment variable `" +
					envRequestTimeout + "`.",
			},
		},
	}
}

// Configure makes the client and sends nothing: a configuration that is never used must not need a
// server.
func (p *taniumProvider) Configure(
	ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse,
) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	options := model.options(os.Getenv, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	options.UserAgent = userAgent(p.version, req.TerraformVersion, os.Getenv("TF_APPEND_USER_AGENT"))
	options.Retry, options.Linger = p.options.Retry, p.options.Linger
	client, err := gateway.New(options)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("ca_certificate"), "CA certificate cannot be used",
			fmt.Sprintf("The certificate given as ca_certificate or %s cannot be used: %s.", envCACertificate, err))
		return
	}
	clock, lookup := p.options.Clock, catalog.New(client)
	env := &environment{
		lookup: lookup,
		clock:  clock,
		preparer: &deployment.Preparer{
			Catalog: lookup, Clock: clock, Previews: &targeting.Previews{Now: clock.Now},
		},
		dispatcher: &deployment.Dispatcher{Client: client, Clock: clock, Random: rand.Reader},
	}
	resp.DataSourceData, resp.ResourceData = env, env
}

func (p *taniumProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newActionResultsDataSource, newEndpointsDataSource, newPackageSpecDataSource}
}

func (p *taniumProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newActionResource, newActionWaitResource, newApprovalResource}
}

// options reads the configuration, which wins, and the environment.
func (m providerModel) options(getenv func(string) string, diags *diag.Diagnostics) gateway.Options {
	var options gateway.Options
	if raw, ok := setting(m.URL, "url", envURL, getenv, diags); ok {
		address, err := gateway.ParseAddress(raw)
		switch {
		case raw == "":
			missing("url", envURL, "the address of the Tanium API, such as https://example-api.cloud.tanium.com", diags)
		case err != nil:
			diags.AddAttributeError(path.Root("url"), "Invalid address of Tanium",
				fmt.Sprintf("The address %q, given as url or %s, %s.", withoutUser(raw), envURL, err))
		case address.Plaintext():
			diags.AddAttributeWarning(path.Root("url"), "API token travels unencrypted",
				"The address begins with http://, so the API token can be read by everybody on the way. Use https://.")
		}
		options.Address = address
	}
	if token, ok := setting(m.APIToken, "api_token", envAPIToken, getenv, diags); ok {
		switch {
		case token == "":
			missing("api_token", envAPIToken, "an API token of Tanium", diags)
		case !gateway.ValidToken(token):
			diags.AddAttributeError(path.Root("api_token"), "Invalid API token",
				fmt.Sprintf("The token given as api_token or %s holds a blank, a line break or another character "+
					"that cannot be sent. A token read from a file often ends in a line break: "+
					"use trimspace(file(...)).", envAPIToken))
		}
		options.Token = token
	}
	if pem, ok := setting(m.CACertificate, "ca_certificate", envCACertificate, getenv, diags); ok {
		options.CACertificates = []byte(pem)
	}
	if known(m.InsecureSkipVerify, "insecure_skip_verify", envInsecureSkipVerify, diags) {
		options.InsecureSkipVerify = m.InsecureSkipVerify.ValueBool()
		if raw := getenv(envInsecureSkipVerify); m.InsecureSkipVerify.IsNull() && raw != "" {
			skip, err := strconv.ParseBool(raw)
			if err != nil {
				diags.AddAttributeError(path.Root("insecure_skip_verify"), "Invalid environment variable",
					envInsecureSkipVerify+" must be true or false.")
			}
			options.InsecureSkipVerify = skip
		}
	}
	if raw, ok := setting(m.RequestTimeout, "request_timeout", envRequestTimeout, getenv, diags); ok && raw != "" {
		timeout, err := time.ParseDuration(raw)
		if err != nil || timeout <= 0 {
			diags.AddAttributeError(path.Root("request_timeout"), "Invalid request timeout",
				fmt.Sprintf("%q, given as request_timeout or %s, is no positive duration. "+
					"Give a number and a unit, such as 90s.",
					raw, envRequestTimeout))
		}
		options.RequestTimeout = timeout
	}
	return options
}

// withoutUser hides what stands before the host of an address: it may be a password.
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

// setting is the configured value, or the environment's where there is none; false where the value
// is not known yet.
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

func known(value attr.Value, name, variable string, diags *diag.Diagnostics) bool {
	if !value.IsUnknown() {
		return true
	}
	diags.AddAttributeError(path.Root(name), "Provider configuration is not known yet",
		fmt.Sprintf("%s comes from something that is not created yet. Create that first with -target, give a value "+
			"that is known, or set the environment variable %s.", name, variable))
	return false
}

func missing(name, variable, what string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root(name), "Missing "+
		name, fmt.Sprintf("The provider needs %s. Set %s in the provider's configuration, or the environment "+
		"variable %s.", what, name, variable))
}

// userAgent names both versions, and what the person running Terraform wants added.
func userAgent(version, terraform, appended string) string {
	agent := fmt.Sprintf("terraform-provider-tanium/%s Terraform/%s", version, terraform)
	if appended = strings.TrimSpace(appended); appended != "" {
		agent += " " + appended
	}
	return agent
}
