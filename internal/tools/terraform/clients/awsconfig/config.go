// Package config stands in for the configuration of Amazon's clients; see package s3.
package config

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
)

// LoadOptions have no effect.
type LoadOptions struct{}

// LoadDefaultConfig fails.
func LoadDefaultConfig(context.Context, ...func(*LoadOptions) error) (aws.Config, error) {
	return aws.Config{}, errors.New("this build of Terraform downloads nothing from Amazon S3")
}

func nothing(*LoadOptions) error { return nil }

// WithCredentialsProvider returns an option without effect.
func WithCredentialsProvider(aws.CredentialsProvider) func(*LoadOptions) error { return nothing }

// WithEC2IMDSClientEnableState returns an option without effect.
func WithEC2IMDSClientEnableState(imds.ClientEnableState) func(*LoadOptions) error { return nothing }

// WithRegion returns an option without effect.
func WithRegion(string) func(*LoadOptions) error { return nothing }

// WithSharedConfigProfile returns an option without effect.
func WithSharedConfigProfile(string) func(*LoadOptions) error { return nothing }
