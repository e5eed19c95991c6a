// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// guard keeps foreign pages in a browser from everything but the gateway's own path, which has its
// token: they may change nothing, and read nothing under a name that was made to lead here.
func guard(next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == Path {
			next.ServeHTTP(w, r)
			return
		}
		if !namesThisHost(r) {
			writeJSON(w, http.StatusForbidden,
				map[string]string{"text": "the Host header names another host than this one"})
			return
		}
		if err := origins.Check(r); err != nil {
			writeJSON(w, http.StatusForbidden, map[string]string{"text": err.Error()})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// familiar reports that a request is for a name of this host. One that arrives elsewhere than on
// loopback comes from another host or container, which may know this one by whatever name.
func namesThisHost(r *http.Request) bool {
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok && !at.IP.IsLoopback() {
		return true
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && address.Unmap().IsLoopback()
}
