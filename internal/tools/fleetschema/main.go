// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Command fleetschema prints the JSON schema of fleet files. It derives the schema from the Go
// types that decode the files, so that both always agree.
package main

import (
	"encoding/json"
	"log"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/filter"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

func main() {
	reflector := jsonschema.Reflector{
		FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, Anonymous: true,
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			switch t {
			case reflect.TypeFor[time.Duration]():
				return &jsonschema.Schema{Type: "string", Description: "A duration, such as 30s or 10m."}
			case reflect.TypeFor[filter.Type]():
				return choice(filter.Types())
			case reflect.TypeFor[filter.Op]():
				return choice([]filter.Op{filter.EQ, filter.Contains, filter.StartsWith, filter.EndsWith,
					filter.Matches, filter.GT, filter.GTE, filter.LT, filter.LTE})
			case reflect.TypeFor[fleet.Outcome]():
				return choice([]fleet.Outcome{fleet.Succeed, fleet.Fail, fleet.Retry, fleet.Hang, fleet.Verify,
					fleet.Unverified})
			case reflect.TypeFor[fleet.EffectKind]():
				return choice([]fleet.EffectKind{fleet.AddRows, fleet.RemoveRows, fleet.SetColumn})
			}
			return nil
		},
		KeyNamer: strings.ToLower,
	}
	if err := reflector.AddGoComments("github.com/tanium-community/terraform-provider-tanium/internal/simulator",
		"../simulator/fleet"); err != nil {
		log.Fatal(err)
	}
	schema := reflector.Reflect(&fleet.Fleet{})
	unwrap(schema)
	schema.Title = "A fleet of the local Tanium gateway"
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(schema); err != nil {
		log.Fatal(err)
	}
}

// unwrap joins the lines of descriptions, which have the line breaks of the comments in the code.
func unwrap(schema *jsonschema.Schema) {
	schema.Description = strings.ReplaceAll(schema.Description, "\n", " ")
	for _, definition := range schema.Definitions {
		unwrap(definition)
	}
	for property := schema.Properties.Oldest(); property != nil; property = property.Next() {
		unwrap(property.Value)
	}
}

func choice[T ~string](values []T) *jsonschema.Schema {
	schema := &jsonschema.Schema{Type: "string"}
	for _, value := range values {
		schema.Enum = append(schema.Enum, string(value))
	}
	return schema
}
