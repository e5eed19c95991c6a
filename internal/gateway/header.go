// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"errors"
	"net/textproto"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// maskedHeader is the text that replaces the value of a configured header.
const maskedHeader = "[header value]"

// CheckHeader checks a header that every request shall have. The error completes "the header …",
// and has nothing of the value.
func CheckHeader(name, value string) error {
	// The client sets those of the first line. The others are between Go's client and the server.
	reserved := []string{
		"Session", "Accept", "Content-Type", "User-Agent",
		"Accept-Encoding", "Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Connection", "Te",
		"Trailer", "Transfer-Encoding", "Upgrade",
	}
	switch {
	case !httpguts.ValidHeaderFieldName(name):
		return errors.New("has an invalid name: use letters, digits and hyphens")
	case slices.Contains(reserved, textproto.CanonicalMIMEHeaderKey(name)):
		return errors.New("is set by the provider itself")
	case strings.TrimSpace(value) == "":
		return errors.New("has no value")
	case !httpguts.ValidHeaderFieldValue(value):
		return errors.New("has a value with a line break or another character that cannot be sent. A value read from " +
			"a file often ends in a line break; remove it with trimspace(file(...))")
	}
	return nil
}

// addHeader adds the value of a header to the secrets. A proxy may repeat it without the scheme
// before it, such as "Basic".
func (m *mask) addHeader(value string) {
	value = strings.TrimSpace(value) // as it is sent
	m.add(value, maskedHeader)
	if _, credential, found := strings.Cut(value, " "); found {
		m.add(strings.TrimSpace(credential), maskedHeader)
	}
	for pair := range strings.SplitSeq(value, ";") { // of a cookie
		if _, cookie, found := strings.Cut(pair, "="); found {
			m.add(strings.TrimSpace(cookie), maskedHeader)
		}
	}
}
