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

// Path is where the API Gateway answers on every Tanium server, in the cloud and on premises
// (API.md#address).
const Path = "/plugin/products/gateway/graphql"

// cloudDomain is the domain of Tanium Cloud. There the API and the console have different names:
// customer-api and customer.
const cloudDomain = ".cloud.tanium.com"

// Address is where a Tanium server answers.
type Address struct {
	endpoint url.URL
}

// ParseAddress reads the URL of a Tanium server, with or without the gateway's path.
//
// The error says what is wrong with the URL, as the end of a sentence that begins with it.
func ParseAddress(raw string) (Address, error) {
	raw = strings.TrimSpace(raw)
	if !strings.Contains(raw, "://") {
		return Address{}, fmt.Errorf("has no scheme: write https://%s", raw)
	}
	parsed, err := url.Parse(raw)
	switch {
	case err != nil:
		return Address{}, errors.New("is no URL")
	case parsed.Scheme != "https" && parsed.Scheme != "http":
		return Address{}, errors.New(`must begin with "https://"`)
	case parsed.Hostname() == "":
		return Address{}, errors.New("names no host")
	case parsed.User != nil:
		return Address{}, errors.New("must not contain a user or password: the API takes a token")
	case parsed.RawQuery != "" || parsed.Fragment != "":
		return Address{}, errors.New("must not contain a query or a fragment")
	}
	path := strings.TrimRight(parsed.Path, "/")
	if path != "" && path != Path {
		return Address{},
			fmt.Errorf("has the path %q; give the server's address alone, the gateway's path is added", parsed.Path)
	}
	return Address{endpoint: url.URL{Scheme: parsed.Scheme, Host: parsed.Host, Path: Path}}, nil
}

// Endpoint is the URL every request is posted to.
func (a Address) Endpoint() string { return a.endpoint.String() }

// Plaintext reports whether the token would travel unencrypted over a network: plain HTTP to
// anything but this machine.
func (a Address) Plaintext() bool {
	if a.endpoint.Scheme == "https" {
		return false
	}
	host := a.endpoint.Hostname()
	ip := net.ParseIP(host)
	return host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// ActionURL is the console's page of an issued action. In Tanium Cloud the console is the API's
// host without "-api"; on premises both are one host.
func (a Address) ActionURL(actionID string) string {
	console := url.URL{Scheme: a.endpoint.Scheme, Host: a.endpoint.Host, Path: "/ui/console/actions/status/" + actionID}
	if customer, cloud := strings.CutSuffix(strings.ToLower(a.endpoint.Host), cloudDomain); cloud {
		console.Host = strings.TrimSuffix(customer, "-api") + cloudDomain
	}
	return console.String()
}
