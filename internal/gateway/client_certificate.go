// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
)

// CheckClientCertificate checks the PEM certificate of a client, and those of the authorities that
// may follow it. The error completes "the certificate …".
func CheckClientCertificate(certificate []byte) error {
	count := 0
	for block, rest := pem.Decode(certificate); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return errors.New("is not a valid X.509 certificate")
		}
		count++
	}
	if count == 0 {
		return errors.New("is not in PEM format: it has no block that begins with -----BEGIN CERTIFICATE-----")
	}
	return nil
}

// ClientCertificate returns the certificate of a client with its key, both in PEM. The certificate
// is one that CheckClientCertificate accepts. The error completes "the key …". It has nothing of
// the key, so it does not have Go's error.
func ClientCertificate(certificate, key []byte) (tls.Certificate, error) {
	found, encrypted := false, false
	for block, rest := pem.Decode(key); block != nil; block, rest = pem.Decode(rest) {
		if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			continue
		}
		found = true
		encrypted = block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != ""
		break
	}
	switch {
	case !found:
		return tls.Certificate{}, errors.New("is not in PEM format: it has no block of a private key")
	case encrypted:
		return tls.Certificate{}, errors.New("is encrypted: decrypt it first")
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return tls.Certificate{}, errors.New("is not valid, or it is not the key of the certificate, which must come " +
			"before those of its authorities")
	}
	return pair, nil
}
