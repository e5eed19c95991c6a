// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Command gatewayclient generates the gateway package's Go code from its GraphQL documents with
// genqlient. It makes the code omit optional inputs that are not set. Tanium's defaults apply only
// to omitted inputs, and genqlient by itself omits nothing:
//
//   - An unset input field of the type `T! = default` would be sent as Go's zero value:
//     ComputerGroupFilter.op as "", which is not an operator, and restrictOwner as false, the
//     opposite of its default. So the code is generated from a copy of the schema in which such
//     fields are nullable (relax).
//   - An unset nullable input would be sent as null, which also overrides a default. So every
//     nullable field of the generated input types gets omitempty (omitUnset).
//
// A test of the gateway package checks the operations and the requests as sent against the
// published schema.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/Khan/genqlient/generate"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gatewayclient <genqlient.yaml>")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "gatewayclient:", err)
		os.Exit(1)
	}
}

func run(configPath string) error {
	config, err := generate.ReadAndValidateConfig(configPath)
	if err != nil {
		return err
	}
	if len(config.Schema) != 1 {
		return fmt.Errorf("%s: want exactly one schema file, found %d", configPath, len(config.Schema))
	}
	source, err := os.ReadFile(config.Schema[0])
	if err != nil {
		return err
	}
	schema, err := parser.ParseSchema(&ast.Source{Name: config.Schema[0], Input: string(source)})
	if err != nil {
		return err
	}
	relax(schema)

	scratch, err := os.MkdirTemp("", "gatewayclient")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	var relaxed bytes.Buffer
	formatter.NewFormatter(&relaxed).FormatSchemaDocument(schema)
	config.Schema = []string{filepath.Join(scratch, "schema.graphqls")}
	if err := os.WriteFile(config.Schema[0], relaxed.Bytes(), 0o600); err != nil {
		return err
	}

	files, err := generate.Generate(config)
	if err != nil {
		return err
	}
	for name, content := range files {
		if name == config.Generated {
			if content, err = omitUnset(content, schema); err != nil {
				return err
			}
		}
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// relax makes every input field that has a default nullable.
func relax(schema *ast.SchemaDocument) {
	for _, definition := range schema.Definitions {
		if definition.Kind != ast.InputObject {
			continue
		}
		for _, field := range definition.Fields {
			if field.DefaultValue != nil {
				field.Type.NonNull = false
			}
		}
	}
}
