// Package s3 stands in for the client of Amazon S3, with which Terraform downloads modules from
// s3:: addresses.
package s3

import (
	"context"
	"errors"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
)

var errMissing = errors.New("this build of Terraform downloads nothing from Amazon S3")

// Client is a client whose methods fail.
type Client struct{}

// Options have no effect.
type Options struct {
	UsePathStyle bool
	BaseEndpoint *string
}

// NewFromConfig returns a client whose methods fail.
func NewFromConfig(aws.Config, ...func(*Options)) *Client { return &Client{} }

// GetObjectInput selects an object.
type GetObjectInput struct{ Bucket, Key, VersionId *string }

// GetObjectOutput is returned by nothing.
type GetObjectOutput struct {
	Body          io.ReadCloser
	ContentLength *int64
}

// GetObject fails.
func (*Client) GetObject(context.Context, *GetObjectInput) (*GetObjectOutput, error) {
	return nil, errMissing
}

// ListObjectsV2Input selects objects.
type ListObjectsV2Input struct{ Bucket, Prefix *string }

// ListObjectsV2Output is returned by nothing.
type ListObjectsV2Output struct{ Contents []Object }

// Object describes an object.
type Object struct{ Key *string }

// ListObjectsV2Paginator is a list that fails.
type ListObjectsV2Paginator struct{}

// NewListObjectsV2Paginator returns a list that fails.
func NewListObjectsV2Paginator(*Client, *ListObjectsV2Input) *ListObjectsV2Paginator {
	return &ListObjectsV2Paginator{}
}

// HasMorePages returns true, so that the caller asks for one.
func (*ListObjectsV2Paginator) HasMorePages() bool { return true }

// NextPage fails.
func (*ListObjectsV2Paginator) NextPage(context.Context) (*ListObjectsV2Output, error) {
	return nil, errMissing
}
