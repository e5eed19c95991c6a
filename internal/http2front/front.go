// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package http2front is an HTTP/2 server for tests. It serves over TLS and calls a handler for
// every request. It can then end a request in ways that a handler of Go's server cannot: with a
// reset of the stream, with GOAWAY, or with a closed connection. A load balancer may do the same
// after the server behind it has carried out the request.
//
// It imports no package of this project.
package http2front

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// Ending is how a request ends after the handler has run.
type Ending struct {
	// Name describes the ending.
	Name string
	// Code is the error code of RST_STREAM or GOAWAY.
	Code http2.ErrCode
	Kind Kind
}

// Kind is the kind of an ending.
type Kind int

// The kinds.
const (
	// Reset sends RST_STREAM.
	Reset Kind = iota
	// GoAway sends GOAWAY with no processed stream, and closes the connection.
	GoAway
	// Close closes the connection.
	Close
)

// Endings returns RST_STREAM with every code, GOAWAY with codes of a normal end and of errors, and
// a closed connection.
func Endings() []Ending {
	var all []Ending
	for code := http2.ErrCodeNo; code <= http2.ErrCodeHTTP11Required; code++ {
		all = append(all, Ending{Name: "RST_STREAM " + code.String(), Code: code, Kind: Reset})
	}
	for _, code := range []http2.ErrCode{http2.ErrCodeNo, http2.ErrCodeProtocol, http2.ErrCodeEnhanceYourCalm} {
		all = append(all, Ending{Name: "GOAWAY " + code.String(), Code: code, Kind: GoAway})
	}
	return append(all, Ending{Name: "closed", Kind: Close})
}

// Front is a running server.
type Front struct {
	URL string
	// Certificate is the PEM certificate that a client must trust.
	Certificate []byte

	handler http.Handler
	before  func(body []byte)
	end     func(body []byte) *Ending
}

// Before sets a function to call with the body of each request before the handler runs. Call Before
// ahead of the first request.
func (f *Front) Before(do func(body []byte)) { f.before = do }

// New starts a server that runs until the test ends. The function end returns the ending of a
// request by its body; nil to send the handler's answer.
func New(t testing.TB, handler http.Handler, end func(body []byte) *Ending) *Front {
	t.Helper()
	certified := httptest.NewTLSServer(nil) // for its certificate
	defer certified.Close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: certified.TLS.Certificates, NextProtos: []string{http2.NextProtoTLS},
		MinVersion: tls.VersionTLS12,
	})
	if err != nil {
		t.Fatal(err)
	}
	front := &Front{
		URL:         "https://" + listener.Addr().String(),
		Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certified.Certificate().Raw}),
		handler:     handler,
		end:         end,
	}
	var serving sync.WaitGroup
	var mutex sync.Mutex
	open := map[net.Conn]bool{}
	serving.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			mutex.Lock()
			open[connection] = true
			mutex.Unlock()
			serving.Go(func() {
				front.serve(connection)
				_ = connection.Close()
				mutex.Lock()
				delete(open, connection)
				mutex.Unlock()
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		mutex.Lock()
		for connection := range open {
			_ = connection.Close()
		}
		mutex.Unlock()
		serving.Wait()
	})
	return front
}

// request is a request that is being received.
type request struct {
	header http.Header
	method string
	path   string
	body   bytes.Buffer
}

// serve serves one connection, one request at a time.
func (f *Front) serve(connection net.Conn) {
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(connection, preface); err != nil {
		return
	}
	framer := http2.NewFramer(connection, connection)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	if framer.WriteSettings() != nil {
		return
	}
	streams := map[uint32]*request{}
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		stream, ended := frame.Header().StreamID, frame.Header().Flags.Has(http2.FlagDataEndStream)
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				err = framer.WriteSettingsAck()
			}
		case *http2.PingFrame:
			if !frame.IsAck() {
				err = framer.WritePing(true, frame.Data)
			}
		case *http2.MetaHeadersFrame:
			streams[stream] = headers(frame)
			ended = ended && frame.StreamEnded()
		case *http2.DataFrame:
			if one := streams[stream]; one != nil {
				one.body.Write(frame.Data())
			}
			if n := len(frame.Data()); n > 0 {
				err = framer.WriteWindowUpdate(0, uint32(n)) //nolint:gosec // a frame is short
			}
		default:
			ended = false
		}
		if one := streams[stream]; err == nil && ended && one != nil {
			delete(streams, stream)
			err = f.answer(framer, stream, one)
		}
		if err != nil {
			return
		}
	}
}

// headers returns a request with the method, path and headers of a frame.
func headers(frame *http2.MetaHeadersFrame) *request {
	one := &request{header: http.Header{}}
	for _, field := range frame.Fields {
		switch field.Name {
		case ":method":
			one.method = field.Value
		case ":path":
			one.path = field.Value
		default:
			if !field.IsPseudo() {
				one.header.Add(field.Name, field.Value)
			}
		}
	}
	return one
}

// carryOut calls the handler, and reports whether it aborted the connection.
func (f *Front) carryOut(received *http.Request) (recorder *httptest.ResponseRecorder, aborted bool) {
	defer func() {
		if reason := recover(); reason != nil {
			if reason != http.ErrAbortHandler { //nolint:errorlint // what net/http compares, and no error to wrap
				panic(reason)
			}
			aborted = true
		}
	}()
	recorder = httptest.NewRecorder()
	f.handler.ServeHTTP(recorder, received)
	return recorder, false
}

// answer runs the handler and ends the request. An error closes the connection.
func (f *Front) answer(framer *http2.Framer, stream uint32, one *request) error {
	body := bytes.Clone(one.body.Bytes())
	target, err := url.Parse(one.path)
	if err != nil {
		return err
	}
	if f.before != nil {
		f.before(body)
	}
	recorder, aborted := f.carryOut(&http.Request{
		Method: one.method, URL: target, Header: one.header, Host: "localhost",
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)), Proto: "HTTP/2.0", ProtoMajor: 2, RemoteAddr: "127.0.0.1:1",
	})
	if aborted {
		return io.EOF
	}
	if ending := f.end(body); ending != nil {
		switch ending.Kind {
		case GoAway:
			_ = framer.WriteGoAway(0, ending.Code, nil)
			return io.EOF
		case Close:
			return io.EOF
		default:
			return framer.WriteRSTStream(stream, ending.Code)
		}
	}
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	_ = encoder.WriteField(hpack.HeaderField{Name: ":status", Value: fmt.Sprint(recorder.Code)})
	_ = encoder.WriteField(hpack.HeaderField{Name: "content-type", Value: recorder.Header().Get("Content-Type")})
	if err := framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID:      stream,
		BlockFragment: block.Bytes(),
		EndHeaders:    true,
	}); err != nil {
		return err
	}
	const maxFrame = 16 << 10 // bytes
	answer := recorder.Body.Bytes()
	for len(answer) > maxFrame {
		if err := framer.WriteData(stream, false, answer[:maxFrame]); err != nil {
			return err
		}
		answer = answer[maxFrame:]
	}
	return framer.WriteData(stream, true, answer)
}
