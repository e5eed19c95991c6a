// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider/message"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// clientPair returns a self-signed certificate for clients and its key, in PEM.
func clientPair(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
}

// TestClientCertificate checks what is wrong with a certificate and its key, and that no error says
// the key.
func TestClientCertificate(t *testing.T) {
	t.Setenv(message.EnvClientCertificate, "")
	t.Setenv(message.EnvClientKey, "")
	certificate, key := clientPair(t)
	_, other := clientPair(t)
	encrypted := strings.ReplaceAll(key, "PRIVATE KEY", "ENCRYPTED PRIVATE KEY")
	broken := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}))
	for name, c := range map[string]struct{ certificate, key, at, words string }{
		"both":               {certificate, key, "", ""},
		"a chain":            {certificate + certificate, key, "", ""},
		"no key":             {certificate, "", "client_key", message.EnvClientKey},
		"no certificate":     {"", key, "client_certificate", message.EnvClientCertificate},
		"no PEM":             {"certificate", key, "client_certificate", "not in PEM format"},
		"a broken one":       {broken, key, "client_certificate", "not a valid X.509 certificate"},
		"swapped":            {key, certificate, "client_certificate", "BEGIN CERTIFICATE"},
		"a key without PEM":  {certificate, "0123456789", "client_key", "not in PEM format"},
		"no key in it":       {certificate, certificate, "client_key", "no block of a private key"},
		"the key of another": {certificate, other, "client_key", "not the key of the certificate"},
		"an encrypted key":   {certificate, encrypted, "client_key", "is encrypted"},
	} {
		_, diagnostics := run(t, map[string]tftypes.Value{"url": str("https://tanium.example.com"),
			"api_token": str(token), "client_certificate": str(c.certificate), "client_key": str(c.key)}, nil)
		if c.at == "" {
			if len(diagnostics) > 0 {
				t.Errorf("%s: %s", name, describe(diagnostics))
			}
			continue
		}
		expect(t, diagnostics, c.at, c.words)
		lines := strings.Split(c.key, "\n")
		if said := describe(diagnostics); c.key != "" && strings.Contains(said, lines[min(1, len(lines)-1)]) {
			t.Errorf("%s: says the key: %s", name, said)
		}
	}
	t.Setenv(message.EnvClientCertificate, certificate)
	_, diagnostics := run(t,
		map[string]tftypes.Value{"url": str("https://tanium.example.com"), "api_token": str(token)}, nil)
	expect(t, diagnostics, "client_key", message.EnvClientKey)
}

// TestMutualTLS checks that a server which requires a client certificate is reached with it, and
// what a person reads without it.
func TestMutualTLS(t *testing.T) {
	t.Parallel()
	gateway, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	certificate, key := clientPair(t)
	stranger, strangersKey := clientPair(t)
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM([]byte(certificate))
	for name, version := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		server := httptest.NewUnstartedServer(gateway)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.TLS = &tls.Config{
			ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: trusted, MinVersion: version, MaxVersion: version,
		}
		server.StartTLS()
		t.Cleanup(server.Close)
		authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
		read := func(more map[string]tftypes.Value) string {
			more["url"], more["api_token"] = str(server.URL), str(simulator.DefaultToken)
			more["ca_certificate"] = str(authority)
			_, diagnostics := run(t, more, tagPackage())
			return describe(diagnostics)
		}
		with := func(certificate, key string) map[string]tftypes.Value {
			return map[string]tftypes.Value{"client_certificate": str(certificate), "client_key": str(key)}
		}
		if said := read(with(certificate, key)); said != "" {
			t.Errorf("%s: %s", name, said)
		}
		for _, without := range []map[string]tftypes.Value{{}, with(stranger, strangersKey)} {
			said := read(without)
			if !strings.Contains(said, "no secure connection to Tanium: remote error: tls: ") ||
				!strings.Contains(said, "set client_certificate and client_key") {
				t.Errorf("%s: %s", name, said)
			}
		}
	}
}
