// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/catalog"
	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// twoParameters is a package with two parameters and two sensor-sourced ones.
func twoParameters() *gateway.PackageSpec {
	return &gateway.PackageSpec{
		Name: "Log in",
		Params: []gateway.PackageSpecParam{
			{Key: "$1", Label: "User"}, {Key: "$2", Label: "Password"},
		},
		SensorSourcedParams: []gateway.PackageSpecSensorSourcedParam{
			{Name: "Host"}, {Name: "Token"},
		},
	}
}

// withSecret is a deployment with a secret parameter of each kind.
func withSecret(secret string, version *int) Request {
	user := "operator"
	return Request{Package: Package{
		Parameters:    []*string{&user},
		SensorSourced: map[string]string{"Host": "db-1"},
		Secrets: Secrets{
			Parameters: []*string{nil, &secret}, SensorSourced: map[string]string{"Token": secret}, Version: version,
		},
	}}
}

// TestSecretsAreSentAndNotHashed checks that secrets complete what is sent, and that the digest of
// a marker depends on their version alone.
func TestSecretsAreSentAndNotHashed(t *testing.T) {
	t.Parallel()
	first, second := 1, 2
	spec := twoParameters()
	sent, err := json.Marshal(withSecret("hunter2", &first).input(spec).Package)
	if want := `{"params":["operator","hunter2"],"sensorSourcedParams":[{"name":"Host",` +
		`"value":"db-1"},{"name":"Token","value":"hunter2"}]}`; err != nil || string(sent) != want {
		t.Errorf("%s, %v", sent, err)
	}
	digest := func(request Request) uint64 {
		redacted := request.redacted(spec)
		if encoded, err := json.Marshal(redacted); err != nil || strings.Contains(string(encoded), "hunter2") {
			t.Errorf("%s, %v", encoded, err)
		}
		marker, err := markerOf(redacted, nil, 1, strings.NewReader("12345678"))
		if err != nil {
			t.Fatal(err)
		}
		return marker.Digest
	}
	base := digest(withSecret("hunter2", &first))
	if digest(withSecret("hunter3", &first)) != base {
		t.Error("the digest depends on the secret")
	}
	if digest(withSecret("hunter2", &second)) == base || digest(withSecret("hunter2", nil)) == base {
		t.Error("the digest does not depend on the version")
	}
	plain := withSecret("hunter2", &first)
	plain.Package.Secrets.Parameters = nil
	if digest(plain) == base {
		t.Error("the digest does not depend on which parameters are secret")
	}
	if input := withSecret("hunter2", &first).input(spec); !slices.Contains(input.Package.Params, "hunter2") {
		t.Error("the request was changed")
	}
}

// TestSecretsAreChecked checks that secrets count as values, and that a value is not given twice.
func TestSecretsAreChecked(t *testing.T) {
	t.Parallel()
	request := withSecret("hunter2", nil)
	if problems := append(request.check(twoParameters()), request.Package.Validate(nil)...); len(problems) > 0 {
		t.Error(problems)
	}
	value := "x"
	request.Package.Parameters = []*string{&value, &value}
	request.Package.SensorSourced = map[string]string{"Host": "x", "Token": "y"}
	request.Package.Secrets.Parameters = append(request.Package.Secrets.Parameters, &value)
	request.Package.Secrets.SensorSourced["Tokn"] = "hunter2"
	var found []string
	problems := append(request.check(twoParameters()), request.Package.Validate(catalog.Path{"package"})...)
	for _, problem := range problems {
		found = append(found, problem.Path.String()+": "+problem.Summary)
	}
	want := []string{
		"package.parameters_wo[2]: Too many parameters",
		`package.sensor_sourced_parameters_wo["Tokn"]: Unknown sensor-sourced parameter`,
		"package.parameters_wo[1]: Parameter is given twice",
		`package.sensor_sourced_parameters_wo["Token"]: Parameter is given twice`,
	}
	if !slices.Equal(found, want) {
		t.Errorf("%q", found)
	}
}

// TestSecretsAreNotCompared checks that a difference from an existing deployment does not show a
// secret, neither the configured one nor the one in Tanium.
func TestSecretsAreNotCompared(t *testing.T) {
	t.Parallel()
	var found []string
	withSecret("hunter2", nil).comparePackage(twoParameters(), gateway.ScheduledActionPackage{
		Params: []string{"operator", "swordfish"},
		SensorSourcedParams: []gateway.ScheduledActionPackageParam{
			{Name: "Host", Value: "db-1"}, {Name: "Token", Value: "swordfish"},
		},
	}, func(at catalog.Path, tanium, configured string) {
		found = append(found, at.String()+" "+tanium+" "+configured)
	})
	if want := []string{
		"package.parameters_wo not shown not shown",
		`package.sensor_sourced_parameters_wo["Token"] not shown not shown`,
	}; !slices.Equal(found, want) {
		t.Errorf("%q", found)
	}
}
