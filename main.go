// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-tanium is a Terraform provider for Tanium actions.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	var debug bool
	flag.BoolVar(&debug, "debug", false, "run under a debugger: print how Terraform attaches, and wait")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/tanium-community/tanium",
		Debug:   debug,
	})
	if err != nil {
		log.Fatal(err.Error())
	}
}
