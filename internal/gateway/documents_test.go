// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

// published returns the schema as Tanium publishes it, not the relaxed copy that the client is
// generated from.
func published(t *testing.T) *ast.Schema {
	t.Helper()
	source, err := os.ReadFile("schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(source)})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// documents returns every hand-written operation, checked against the schema.
func documents(t *testing.T, schema *ast.Schema) *ast.QueryDocument {
	t.Helper()
	files, err := filepath.Glob("queries/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	var all strings.Builder
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(source)
	}
	document, errs := gqlparser.LoadQueryWithRules(schema, all.String(), nil)
	if errs != nil {
		t.Fatalf("a document does not fit the published schema: %v", errs)
	}
	return document
}

func TestDocumentsFitPublishedSchema(t *testing.T) {
	t.Parallel()
	schema := published(t)
	document := documents(t, schema)
	if len(document.Operations) < 10 {
		t.Fatalf("only %d operations were read", len(document.Operations))
	}
}

// TestWireOfInputs checks inputs as sent against the published schema: unset fields are not sent,
// and the rest is valid.
func TestWireOfInputs(t *testing.T) {
	t.Parallel()
	schema := published(t)
	document := documents(t, schema)

	name, value, group := "Computer Name", "testmachine999", "All Computers"
	for _, test := range []struct {
		operation string
		variables any
		want      string
	}{
		{
			"PerformAction",
			&__PerformActionInput{Input: ActionPerformInput{
				Package: &PackageRefInput{Name: &name, Params: []string{""}},
				Targets: ActionTargetsInput{
					ActionGroup: &ActionActionGroupInput{Name: &group},
					TargetGroup: &ActionTargetGroupInput{Filter: &ComputerGroupFilter{
						Filters: []ComputerGroupFilter{{
							Sensor: &EndpointFieldFilterSensor{Name: &name},
							Value:  &value,
						}},
					}},
				},
			}},
			`{"input":{"package":{"name":"Computer Name","params":[""]},"targets":{"actionGroup":{"name":"All ` +
				`Computers"},"targetGroup":{"filter":{"filters":[{"sensor":{"name":"Computer ` +
				`Name"},"value":"testmachine999"}]}}}}}`,
		},
		{
			"Endpoints",
			&__EndpointsInput{
				Sensors: []EndpointSensorRef{{Name: name, Filter: &SensorValueFilter{Value: &value}}},
				Source:  &EndpointSource{Ts: &EndpointSourceTS{}},
			},
			`{"source":{"ts":{}},"sensors":[{"filter":{"value":"testmachine999"},"name":"Computer ` +
				`Name"}],"read":false}`,
		},
		{
			"PackageSpecs",
			&__PackageSpecsInput{Filter: Ref{Name: "Reboot"}.filter()},
			`{"filter":{"path":"name","value":"Reboot"}}`,
		},
	} {
		t.Run(test.operation, func(t *testing.T) {
			t.Parallel()
			encoded, err := json.Marshal(test.variables)
			if err != nil {
				t.Fatal(err)
			}
			if string(encoded) != test.want {
				t.Errorf("sent\n%s\nwant\n%s", encoded, test.want)
			}
			var variables map[string]any
			if err := json.Unmarshal(encoded, &variables); err != nil {
				t.Fatal(err)
			}
			if _, err := validator.VariableValues(schema, document.Operations.ForName(test.operation),
				variables); err != nil {
				t.Errorf("the published schema refuses it: %v", err)
			}
		})
	}
}
