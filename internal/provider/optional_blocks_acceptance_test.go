// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// TestAccOptionalBlocks checks that a module can leave the choice between two blocks or arguments
// to its variables, which are unknown during validation, and that a wrong choice is an error of the
// plan.
func TestAccOptionalBlocks(t *testing.T) {
	t.Parallel()
	s := newTenant(t, simulator.Options{})
	w := newAttachedWorkspace(t, s, `
variable "package" { default = "Custom Tagging - Add Tags" }
variable "tag" { default = "" }
variable "live" { default = true }
variable "cached" { default = false }
variable "filter" {
  type    = any
  default = null
}
variable "group" { default = "All Windows" }

resource "tanium_action" "tag" {
  dynamic "package" {
    for_each = var.package == "" ? [] : [var.package]
    content {
      name       = package.value
      parameters = ["Blue"]
    }
  }
  dynamic "operation" {
    for_each = var.tag == "" ? [] : [var.tag]
    content { add_tags = [operation.value] }
  }
  targets {
    action_group   = { name = "All Computers" }
    filter         = var.filter
    computer_group = var.group == "" ? null : { name = var.group }
  }
  preview {
    source {
      dynamic "live" {
        for_each = var.live ? [1] : []
        content { max_wait_time = 20 }
      }
      dynamic "cached" {
        for_each = var.cached ? [1] : []
        content {}
      }
    }
  }
}
`)
	const filter = `-var=filter={ sensor = { name = "Computer Name" }, op = "STARTS_WITH", value = "wks-00" }`
	for _, c := range []struct {
		arguments []string
		says      string // of the error; empty for none
	}{
		{[]string{"validate", "-no-color"}, ""},
		{[]string{"plan"}, ""},
		{[]string{"plan", "-var=package=", "-var=tag=Blue"}, ""},
		{[]string{"plan", "-var=live=false", "-var=cached=true"}, ""},
		{[]string{"plan", "-var=group=", filter}, ""},
		{[]string{"plan", "-var=tag=Blue"}, "Conflicting package and operation"},
		{[]string{"plan", "-var=package="}, "Missing package or operation"},
		{[]string{"plan", "-var=cached=true"}, "Invalid source"},
		{[]string{"plan", "-var=live=false"}, "Invalid source"},
		{[]string{"plan", filter}, "Conflicting filter and computer group"},
	} {
		arguments := c.arguments
		if arguments[0] == "plan" {
			arguments = append([]string{"plan", "-input=false", "-no-color"}, arguments[1:]...)
		}
		code, output := w.try(arguments...)
		if (code != 0) != (c.says != "") || !strings.Contains(output, c.says) {
			t.Errorf("%v: exit code %d\n%s", c.arguments, code, output)
		}
	}
}
