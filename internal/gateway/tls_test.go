// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

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
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// certificate returns a self-signed certificate for 127.0.0.1 that is valid until a time.
func certificate(t *testing.T, until time.Time) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{raw},
		PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
}

// After a failed TLS handshake, the client does not try again, and the error names the reason.
func TestUntrusted(t *testing.T) {
	t.Parallel()
	valid, validPEM := certificate(t, time.Now().Add(time.Hour))
	expired, expiredPEM := certificate(t, time.Now().Add(-time.Hour))
	for name, c := range map[string]struct {
		served  *tls.Config
		trusted []byte
		host    string
		message string
	}{
		"an unknown authority": {&tls.Config{Certificates: []tls.Certificate{valid}}, nil, "127.0.0.1",
			"signed by an authority that this machine does not trust"},
		"another name": {&tls.Config{Certificates: []tls.Certificate{valid}}, validPEM, "localhost",
			"its certificate is for another name"},
		"expired": {&tls.Config{Certificates: []tls.Certificate{expired}}, expiredPEM, "127.0.0.1",
			"its certificate has expired"},
		"an old TLS": {&tls.Config{
			Certificates: []tls.Certificate{valid},
			MinVersion:   tls.VersionTLS10,
			MaxVersion:   tls.VersionTLS11,
		}, validPEM, "127.0.0.1", //nolint:gosec // what is tested
			"protocol version not supported"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var connections atomic.Int64
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.TLS = c.served.Clone()
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					connections.Add(1)
				}
			}
			server.StartTLS()
			t.Cleanup(server.Close)
			address, err := ParseAddress(strings.Replace(server.URL, "127.0.0.1", c.host, 1))
			if err != nil {
				t.Fatal(err)
			}
			client, err := New(Options{
				Address:        address,
				Token:          secret,
				CACertificates: c.trusted,
				Retry:          Retry{Attempts: 4, MinWait: time.Millisecond, MaxWait: time.Millisecond},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.PackageSpecs(t.Context(), Ref{ID: "1"})
			if failure := check(t, err, KindUntrusted, c.message); failure.Ambiguous() || failure.Transient() ||
				connections.Load() != 1 {
				t.Errorf("%d connections, %+v", connections.Load(), failure)
			}
		})
	}
}
