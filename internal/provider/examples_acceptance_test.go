// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccExamples plans every example.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	// The test supplies the provider requirements and the address of Tanium.
	around := regexp.MustCompile(`(?ms)^(terraform|provider "tanium") \{(\}[^\n]*|.*?^\})$`)
	const root = "../../examples"
	found := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".tf" {
			return err
		}
		found++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		t.Run(strings.TrimPrefix(path, root), func(t *testing.T) {
			t.Parallel()
			s := newTenant(t, simulator.Options{})
			variables := config.Variables{}
			if strings.Contains(string(text), "approver_token") {
				variables["approver_token"] = config.StringVariable("token-approver")
			}
			if strings.Contains(string(text), "tanium_api_token") {
				variables["tanium_api_token"] = config.StringVariable(simulator.DefaultToken)
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: s.factories(),
				Steps: []resource.TestStep{{
					Config:          s.config("%s", s.standalone(around, string(text))),
					ConfigVariables: variables,
					PlanOnly:        true,
					ExpectNonEmptyPlan: strings.Contains(string(text), "\nresource ") ||
						strings.Contains(string(text), "\noutput "),
				}},
			})
			if stats := s.Stats(); stats.Deployments != 0 {
				t.Errorf("a plan deployed: %+v", stats)
			}
		})
		return nil
	})
	if err != nil || found < 6 {
		t.Errorf("%d examples, %v", found, err)
	}
}

// standalone returns a configuration without its provider requirements and provider blocks. It
// replaces an alias by another provider, because the test framework runs one server for all
// configurations of a provider.
func (s *tenant) standalone(around *regexp.Regexp, text string) string {
	text = around.ReplaceAllStringFunc(text, func(block string) string {
		if strings.Contains(block, "alias ") {
			return fmt.Sprintf("provider \"approver\" {\n  url       = %q\n  api_token = var.approver_token\n}", s.url)
		}
		return ""
	})
	return strings.ReplaceAll(text, "tanium.approver", "approver")
}
