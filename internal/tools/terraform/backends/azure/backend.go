// Package azure stands in for Terraform's backend of that name, whose module is not published. The
// Terraform that "make cli" builds keeps its state in files, so nothing here is called.
package azure

import "github.com/hashicorp/terraform/internal/backend"

// New panics: this build of Terraform has no such backend.
func New() backend.Backend {
	panic("this build of Terraform has no azure backend")
}
