// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-tanium is a Terraform provider for Tanium actions.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/tanium-community/terraform-provider-tanium/internal/process"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	var debug, versionOnly bool
	flag.BoolVar(&debug, "debug", false, "run under a debugger: print how Terraform attaches and wait")
	flag.BoolVar(&versionOnly, "version", false, "print the version and exit")
	flag.Parse()
	if versionOnly {
		fmt.Printf("terraform-provider-tanium %s\n", version)
		return
	}

	defer process.Profile(os.Getenv(process.EnvProfile))()
	process.Prepare()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if !debug { // under a debugger, Terraform neither starts nor ends the provider
		// A pipeline runner that cancels a job sends SIGTERM to each of its processes. Terraform
		// then asks the provider to stop and saves its answer. If the signal ended the provider, an
		// action that was just deployed would be missing from the state. go-plugin ignores SIGINT
		// likewise.
		signal.Ignore(syscall.SIGTERM)
		if runtime.GOOS != "windows" { // Windows does not change the parent of an orphan
			parent := os.Getppid()
			go func() {
				if process.Orphaned(ctx, parent, os.Getppid) {
					os.Exit(1)
				}
			}()
		}
	}

	server, err := provider.NewServer(provider.New(version)())
	if err != nil {
		log.Fatal(err.Error())
	}
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	const address = "registry.terraform.io/tanium-community/tanium"
	if err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return server }, options...); err != nil {
		log.Fatal(err.Error())
	}
}
