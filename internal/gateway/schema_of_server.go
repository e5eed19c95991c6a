// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/Khan/genqlient/graphql"
)

// ServerSchema is what a server says of its schema: the type of each part, by the path that
// Use.Path gives it; empty for a value.
type ServerSchema map[string]string

// introspectionFragments read a type. A type is at most a list of lists: eight levels are enough.
const introspectionFragments = `
fragment Parts on __Type {
  name
  fields(includeDeprecated: true) {
    name
    type { ...Ref }
    args { name type { ...Ref } }
  }
  inputFields { name type { ...Ref } }
  enumValues(includeDeprecated: true) { name }
}
fragment Ref on __Type {
  kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
}`

// introspectedAtOnce is the number of types in one request. A server may limit the size of an
// answer.
const introspectedAtOnce = 25

// serverType is a type as a server describes it.
type serverType struct {
	Name   string `json:"name"`
	Fields []struct {
		serverField

		Args []serverField `json:"args"`
	} `json:"fields"`
	InputFields []serverField `json:"inputFields"`
	EnumValues  []struct {
		Name string `json:"name"`
	} `json:"enumValues"`
}

type serverField struct {
	Name string        `json:"name"`
	Type serverTypeRef `json:"type"`
}

// serverTypeRef is a named type, or a list or non-null type of another one.
type serverTypeRef struct {
	Kind   string         `json:"kind"`
	Name   string         `json:"name"`
	OfType *serverTypeRef `json:"ofType"`
}

// String returns the type as a schema writes it, such as "[ID!]".
func (r *serverTypeRef) String() string {
	switch {
	case r == nil:
		return ""
	case r.Kind == "LIST":
		return "[" + r.OfType.String() + "]"
	case r.Kind == "NON_NULL":
		return r.OfType.String() + "!"
	default:
		return r.Name
	}
}

// ServerSchema reads types of the server's schema by introspection, which a server may not allow.
func (c *Client) ServerSchema(ctx context.Context, types []string) (ServerSchema, error) {
	schema := ServerSchema{}
	for begin := 0; begin < len(types); begin += introspectedAtOnce {
		var document strings.Builder
		document.WriteString("query Introspect {")
		for i, name := range types[begin:min(begin+introspectedAtOnce, len(types))] {
			fmt.Fprintf(&document, " t%d: __type(name: %q) { ...Parts }", i, name)
		}
		document.WriteString(" }" + introspectionFragments)
		var answer map[string]*serverType
		request := &graphql.Request{OpName: "Introspect", Query: document.String(), Variables: json.RawMessage("{}")}
		if err := c.reads.MakeRequest(ctx, request, &graphql.Response{Data: &answer}); err != nil {
			return nil, c.mask.wrap("__type", err)
		}
		for _, one := range answer {
			schema.add(one)
		}
	}
	if len(schema) == 0 { // a server that allows no introspection may answer that it has no type
		return nil, &Error{
			Operation: "__type", Kind: KindRefused, StatusCode: http.StatusOK, Sent: true,
			Message: "the server describes none of its types",
		}
	}
	return schema, nil
}

// add adds the parts of a type; nil for a type that the server does not have.
func (s ServerSchema) add(of *serverType) {
	if of == nil {
		return
	}
	for _, field := range of.Fields {
		s[of.Name+"."+field.Name] = field.Type.String()
		for _, argument := range field.Args {
			s[of.Name+"."+field.Name+"("+argument.Name+")"] = argument.Type.String()
		}
	}
	for _, field := range of.InputFields {
		s[of.Name+"."+field.Name] = field.Type.String()
	}
	for _, value := range of.EnumValues {
		s[of.Name+"."+value.Name] = ""
	}
}
