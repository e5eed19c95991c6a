// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// guard protects everything but the gateway's path, which requires a token, from other sites' pages
// in a browser. It rejects cross-origin writes, and host names that another site could point here
// (DNS rebinding).
func guard(next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == Path {
			next.ServeHTTP(w, r)
			return
		}
		if !namesThisHost(r) {
			writeJSON(w, http.StatusForbidden,
				map[string]string{"text": "the Host header does not name this host"})
			return
		}
		if err := origins.Check(r); err != nil {
			writeJSON(w, http.StatusForbidden, map[string]string{"text": err.Error()})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// namesThisHost reports whether the Host header names this host. It accepts every name on a
// non-loopback address, because another host or container may use any name for this one.
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
