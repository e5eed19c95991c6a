// Package storage stands in for the client of Google Cloud Storage, with which Terraform downloads
// modules from gcs:: addresses.
package storage

import (
	"context"
	"errors"
	"io"

	"google.golang.org/api/option"
)

var errMissing = errors.New("this build of Terraform downloads nothing from Google Cloud Storage")

// Client is returned by nothing.
type Client struct{}

// NewClient fails.
func NewClient(context.Context, ...option.ClientOption) (*Client, error) { return nil, errMissing }

// Bucket returns a handle whose methods fail.
func (*Client) Bucket(string) *BucketHandle { return &BucketHandle{} }

// BucketHandle has no objects.
type BucketHandle struct{}

// Object returns a handle whose methods fail.
func (*BucketHandle) Object(string) *ObjectHandle { return &ObjectHandle{} }

// Objects returns an iterator that fails.
func (*BucketHandle) Objects(context.Context, *Query) *ObjectIterator { return &ObjectIterator{} }

// ObjectHandle is no object.
type ObjectHandle struct{}

// Generation returns the handle.
func (o *ObjectHandle) Generation(int64) *ObjectHandle { return o }

// NewReader fails.
func (*ObjectHandle) NewReader(context.Context) (*Reader, error) { return nil, errMissing }

// Reader is returned by nothing.
type Reader struct{ io.ReadCloser }

// Query selects objects.
type Query struct{ Prefix string }

// ObjectIterator has no objects.
type ObjectIterator struct{}

// Next fails.
func (*ObjectIterator) Next() (*ObjectAttrs, error) { return nil, errMissing }

// ObjectAttrs describes an object.
type ObjectAttrs struct{ Name string }
