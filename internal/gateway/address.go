// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Path is the path of the API Gateway on every Tanium server, in the cloud and on premises
// (API.md#address).
const Path = "/plugin/products/gateway/graphql"

// cloudDomain is the domain of Tanium Cloud. There, the API and the console have different host
// names: customer-api and customer.
const cloudDomain = ".cloud.tanium.com"

// Address is the address of a Tanium server.
type Address struct {
	endpoint url.URL
}

// ParseAddress parses the URL of a Tanium server, with or without the gateway's path.
//
// The text of an error is the predicate of a sentence whose subject is the URL.
func ParseAddress(raw string) (Address, error) {
	raw = strings.TrimSpace(raw)
	if !strings.Contains(raw, "://") {
		return Address{}, fmt.Errorf("has no scheme: write https://%s", raw)
	}
	parsed, err := url.Parse(raw)
	switch {
	case err != nil:
		return Address{}, errors.New("is not a URL")
	case parsed.Scheme != "https" && parsed.Scheme != "http":
		return Address{}, errors.New(`must begin with "https://"`)
	case parsed.Hostname() == "":
		return Address{}, errors.New("has no host")
	case parsed.User != nil:
		return Address{}, errors.New("must not contain a user or password: the API takes a token")
	case parsed.RawQuery != "" || parsed.Fragment != "":
		return Address{}, errors.New("must not contain a query or a fragment")
	}
	path := strings.TrimRight(parsed.Path, "/")
	if path != "" && path != Path {
		return Address{},
			fmt.Errorf("has the path %q; remove it, because the provider adds the gateway's path", parsed.Path)
	}
	return Address{endpoint: url.URL{Scheme: parsed.Scheme, Host: parsed.Host, Path: Path}}, nil
}

// Endpoint returns the URL of every request.
func (a Address) Endpoint() string { return a.endpoint.String() }

// Plaintext reports whether the token would cross a network unencrypted: by HTTP to a host other
// than this machine.
func (a Address) Plaintext() bool {
	if a.endpoint.Scheme == "https" {
		return false
	}
	host := a.endpoint.Hostname()
	ip := net.ParseIP(host)
	return host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// ActionURL returns the console's page of an issued action.
func (a Address) ActionURL(actionID string) string {
	return a.ConsoleURL() + "/actions/status/" + actionID
}

// ConsoleURL returns the console's address, without a slash at its end. In Tanium Cloud, the
// console's host is the API's host without "-api". On premises, both have the same host.
func (a Address) ConsoleURL() string {
	console := url.URL{Scheme: a.endpoint.Scheme, Host: a.endpoint.Host, Path: "/ui/console"}
	if customer, cloud := strings.CutSuffix(strings.ToLower(a.endpoint.Host), cloudDomain); cloud {
		console.Host = strings.TrimSuffix(customer, "-api") + cloudDomain
	}
	return console.String()
}
