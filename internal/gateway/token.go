// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package gateway

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// ValidToken reports whether a token can be sent. A token has only printable ASCII characters and
// no spaces.
func ValidToken(token string) bool {
	return !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}

// maxTokenFile limits what is read of a file, in bytes. The file of a token is far smaller.
const maxTokenFile = 64 << 10

// ReadTokenFile reads a token from a file, without the white space at its end. The error completes
// "the file …", and has nothing of the content.
func ReadTokenFile(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", errors.New("does not exist")
	case err != nil:
		return "", fmt.Errorf("cannot be read: %w", withoutPath(err))
	case !info.Mode().IsRegular(): // reading a pipe might never end
		return "", errors.New("is not a regular file")
	}
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("cannot be read: %w", withoutPath(err))
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, maxTokenFile+1))
	token := strings.TrimRight(string(content), " \t\r\n")
	switch {
	case err != nil:
		return "", fmt.Errorf("cannot be read: %w", withoutPath(err))
	case len(content) > maxTokenFile:
		return "", errors.New("is too long for a token")
	case token == "":
		return "", errors.New("is empty")
	case !ValidToken(token):
		return "", errors.New("contains a space, a line break or another character that cannot be sent")
	}
	return token, nil
}

// withoutPath removes the path that the operating system's errors begin with. The message has it
// already.
func withoutPath(err error) error {
	var outer *os.PathError
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}

// tokens is the API token that requests send. It is safe for concurrent use.
type tokens struct {
	// file is the file to read again after the token was rejected; empty for none.
	file string
	mask *mask

	mutex   sync.Mutex
	current string
}

// get returns the token.
func (t *tokens) get() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.current
}

// renew reads the file after a token was rejected, and reports whether there is another token now.
// Both stay secrets. An error keeps the token that there is.
func (t *tokens) renew(rejected string) (bool, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.file == "" {
		return false, nil
	}
	if t.current != rejected {
		return true, nil // another request has renewed it
	}
	fresh, err := ReadTokenFile(t.file)
	if err != nil || fresh == rejected {
		return false, err
	}
	t.mask.add(fresh, masked)
	t.current = fresh
	return true, nil
}
