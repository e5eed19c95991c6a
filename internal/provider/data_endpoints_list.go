// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// endpointList holds the attributes ids and endpoints as Terraform's protocol encodes them, page by
// page. The data source fills it, and the server puts it into the answer. The framework takes
// 120 µs and several kilobytes to make the values of one endpoint and to encode them, and a list
// may have a hundred thousand.
type endpointList struct {
	listed []listedEndpoint
	pages  []*bytes.Buffer // one for each page, so that none is copied when the list grows
}

// listedEndpoint is an encoded element of the attribute endpoints.
type listedEndpoint struct {
	id      string
	encoded []byte // in the buffer of its page
}

// endpointListKey is the key of the list in the context of a call.
type endpointListKey struct{}

// withEndpointList returns a context with a list for a data source to fill.
func withEndpointList(ctx context.Context) (context.Context, *endpointList) {
	list := &endpointList{}
	return context.WithValue(ctx, endpointListKey{}, list), list
}

// endpointListFrom returns the list of a call; nil if another server than this package's serves.
func endpointListFrom(ctx context.Context) *endpointList {
	list, _ := ctx.Value(endpointListKey{}).(*endpointList)
	return list
}

// add takes a page. The first page begins the list again. It cannot fail: a buffer takes every
// write.
func (l *endpointList) add(page []gateway.Endpoint, first bool) {
	if first {
		*l = endpointList{}
	}
	buffer := &bytes.Buffer{}
	ends := make([]int, len(page))
	encoder := listEncoder{msgpack.NewEncoder(buffer)}
	for i, endpoint := range page {
		encoder.endpoint(endpoint)
		ends[i] = buffer.Len()
	}
	l.pages = append(l.pages, buffer)
	l.listed = slices.Grow(l.listed, len(page))
	encoded, start := buffer.Bytes(), 0
	for i, endpoint := range page {
		l.listed = append(l.listed, listedEndpoint{endpoint.Id, encoded[start:ends[i]]})
		start = ends[i]
	}
}

// setIn returns an encoded state with the list in place of its attributes ids and endpoints, in the
// order of the endpoints' IDs.
func (l *endpointList) setIn(state []byte) ([]byte, error) {
	slices.SortFunc(l.listed, func(a, b listedEndpoint) int { return gateway.CompareIDs(a.id, b.id) })
	size := len(state)
	for _, endpoint := range l.listed {
		size += len(endpoint.encoded) + len(endpoint.id) + msgpackHeader
	}
	decoder := msgpack.NewDecoder(bytes.NewReader(state))
	attributes, err := decoder.DecodeMapLen()
	if err != nil {
		return nil, err
	}
	buffer := bytes.NewBuffer(make([]byte, 0, size))
	encoder := listEncoder{msgpack.NewEncoder(buffer)}
	encoder.object(attributes)
	found := 0
	for range attributes {
		name, err := decoder.DecodeString()
		if err != nil {
			return nil, err
		}
		value, err := decoder.DecodeRaw()
		if err != nil {
			return nil, err
		}
		encoder.text(name)
		switch name {
		case "ids":
			found++
			encoder.list(len(l.listed))
			for _, endpoint := range l.listed {
				encoder.text(endpoint.id)
			}
		case "endpoints":
			found++
			encoder.list(len(l.listed))
			for _, endpoint := range l.listed {
				buffer.Write(endpoint.encoded)
			}
		default:
			buffer.Write(value)
		}
	}
	if found != 2 {
		return nil, errors.New("the state has no ids or no endpoints")
	}
	return buffer.Bytes(), nil
}

// msgpackHeader is the largest header of a text in an encoded value, in bytes.
const msgpackHeader = 5

// listEncoder encodes into a buffer, which takes every write: it drops errors.
type listEncoder struct {
	to *msgpack.Encoder
}

func (e listEncoder) object(attributes int) { _ = e.to.EncodeMapLen(attributes) }
func (e listEncoder) list(elements int)     { _ = e.to.EncodeArrayLen(elements) }
func (e listEncoder) text(text string)      { _ = e.to.EncodeString(text) }

func (e listEncoder) field(name, value string) {
	e.text(name)
	e.text(value)
}

// endpoint encodes an element of the attribute endpoints.
func (e listEncoder) endpoint(endpoint gateway.Endpoint) {
	e.object(5)
	e.field("id", endpoint.Id)
	e.field("name", endpoint.Name)
	e.field("ip_address", endpoint.IpAddress)
	e.field("os_platform", string(endpoint.Os.Platform))
	e.text("readings")
	e.list(len(endpoint.SensorReadings.Columns))
	for _, column := range endpoint.SensorReadings.Columns {
		e.reading(column)
	}
}

// reading encodes an element of an endpoint's readings. A parameter that Tanium gives twice has its
// last value, as in a map of Go: Terraform refuses a map that has a key twice.
func (e listEncoder) reading(column gateway.SensorReadingColumn) {
	e.object(4)
	e.field("sensor", column.Sensor.Name)
	e.field("column", column.Name)
	e.text("params")
	params := make(map[string]string, len(column.Sensor.Params))
	for _, param := range column.Sensor.Params {
		params[param.Name] = param.Value
	}
	e.object(len(params))
	for name, value := range params {
		e.field(name, value)
	}
	e.text("values")
	e.list(len(column.Values))
	for _, value := range column.Values {
		e.text(value)
	}
}
