// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/tls"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
)

// clientCertificate returns the certificate for mutual TLS; nil for none. No error has the key.
func (m providerModel) clientCertificate(getenv func(string) string, diags *diag.Diagnostics) *tls.Certificate {
	const certificateName, keyName = "client_certificate", "client_key"
	certificate, ok := setting(m.ClientCertificate, certificateName, message.EnvClientCertificate, getenv, diags)
	key, keyOK := setting(m.ClientKey, keyName, message.EnvClientKey, getenv, diags)
	switch {
	case !ok || !keyOK || certificate == "" && key == "":
		return nil
	case certificate == "":
		missing(certificateName, message.EnvClientCertificate, "the certificate of the client key", diags)
		return nil
	case key == "":
		missing(keyName, message.EnvClientKey, "the key of the client certificate", diags)
		return nil
	}
	if err := gateway.CheckClientCertificate([]byte(certificate)); err != nil {
		diags.AddAttributeError(path.Root(certificateName), "Client certificate cannot be used",
			fmt.Sprintf("The certificate given as %s or %s %s.", certificateName, message.EnvClientCertificate, err))
		return nil
	}
	pair, err := gateway.ClientCertificate([]byte(certificate), []byte(key))
	if err != nil {
		diags.AddAttributeError(path.Root(keyName), "Client key cannot be used",
			fmt.Sprintf("The key given as %s or %s %s.", keyName, message.EnvClientKey, err))
		return nil
	}
	return &pair
}
