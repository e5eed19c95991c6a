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
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	var debug, versionOnly bool
	flag.BoolVar(&debug, "debug", false, "run under a debugger: print how Terraform attaches, and wait")
	flag.BoolVar(&versionOnly, "version", false, "print the version and exit")
	flag.Parse()
	if versionOnly {
		fmt.Printf("terraform-provider-tanium %s\n", version)
		return
	}

	defer profile(os.Getenv(envProfile))()
	prepareRuntime()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if !debug { // under a debugger, Terraform neither starts nor ends the provider
		// A runner that cancels a job sends SIGTERM to every process of it. Terraform then asks the
		// provider to stop, and saves what it answers: a provider that ended of the signal would
		// lose an action just deployed. go-plugin does the same for SIGINT.
		signal.Ignore(syscall.SIGTERM)
		if runtime.GOOS != "windows" { // which gives no orphan another parent
			parent := os.Getppid()
			go func() {
				if orphaned(ctx, parent, os.Getppid) {
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

// orphaned waits until the process has another parent than it had: Terraform was killed, and could
// not end its provider. Nothing else ends a provider without work. One with work ends by chance,
// when it writes to Terraform's end of a pipe. The parent must be asked before the provider serves:
// if Terraform is gone by then, the handshake goes into that pipe and ends the provider.
func orphaned(ctx context.Context, parent int, current func() int) bool {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
			if current() != parent {
				return true
			}
		}
	}
}
