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
	flag.BoolVar(&debug, "debug", false, "run under a debugger: print how Terraform attaches and wait")
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
		// A pipeline runner that cancels a job sends SIGTERM to each of its processes. Terraform
		// then asks the provider to stop and saves its answer. If the signal ended the provider, an
		// action that was just deployed would be missing from the state. go-plugin ignores SIGINT
		// likewise.
		signal.Ignore(syscall.SIGTERM)
		if runtime.GOOS != "windows" { // Windows does not change the parent of an orphan
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

// orphaned waits until the parent of the process changes, because Terraform was killed and could
// not end its provider. It returns false if ctx ends first. A busy provider would end when it
// writes to the pipe of Terraform, but an idle one would not. The caller must read the parent
// before the provider serves: if Terraform was killed earlier, the handshake fails and ends the
// provider.
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
