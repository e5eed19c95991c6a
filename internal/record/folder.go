// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package record

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// SaltName is the name of the file that the pseudonyms of a folder are derived with. Who has it can
// find out whether a name that they guess is in the record.
const SaltName = "salt"

const (
	folderMode = 0o700
	fileMode   = 0o600
	saltLength = 32
)

// Exchange is the content of a file: one operation, as the caller sees it.
type Exchange struct {
	// Number counts the exchanges of a client, from 1, in the order of their start.
	Number int64 `json:"number"`
	// Operation is the name of the operation, Document its text.
	Operation string `json:"operation"`
	Document  string `json:"document"`
	// Variables is a JSON object.
	Variables json.RawMessage `json:"variables,omitempty"`
	// Started is the local time.
	Started time.Time `json:"started"`
	// Seconds is the duration.
	Seconds float64 `json:"seconds"`
	// Attempts is how often a request that failed was sent.
	Attempts int `json:"attempts,omitempty"`
	// Status is the HTTP status; 0 if no answer came.
	Status int `json:"status,omitempty"`
	// ContentType is the content type of the answer.
	ContentType string `json:"content_type,omitempty"`
	// Answer is a JSON answer, Text any other one.
	Answer json.RawMessage `json:"answer,omitempty"`
	Text   string          `json:"text,omitempty"`
	// Failure describes why there is no answer.
	Failure string `json:"failure,omitempty"`
	// FailureKind is Failure without names.
	FailureKind string `json:"-"`
	// Canceled reports that the provider did not wait for the answer.
	Canceled bool `json:"canceled,omitempty"`
}

// SetBody sets the answer.
func (e *Exchange) SetBody(body []byte) {
	if json.Valid(body) {
		e.Answer, e.Text = body, ""
	} else {
		e.Answer, e.Text = nil, string(body)
	}
}

// Body returns the answer.
func (e *Exchange) Body() []byte {
	if e.Answer != nil {
		return e.Answer
	}
	return []byte(e.Text)
}

// Folder is the folder of a record that is being written. It is safe for concurrent use. Several
// processes may write into one folder.
type Folder struct {
	path    string
	process int
	masker  *masker
}

// Create makes a folder if there is none, and checks that it can be written. The parameter names
// keeps the names, so that only the parameters of packages have pseudonyms.
func Create(path string, names bool) (*Folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, folderMode); err != nil {
		return nil, err
	}
	salt, err := saltOf(path)
	if err != nil {
		return nil, err
	}
	return &Folder{path: path, process: os.Getpid(), masker: &masker{
		pseudonyms: pseudonyms{salt: salt}, names: names, marker: regexp.MustCompile(MarkerPattern),
		known: map[string]string{},
	}}, nil
}

// Path returns the absolute path.
func (f *Folder) Path() string { return f.path }

// saltOf returns the salt of a folder, and makes it if there is none. The file appears with its
// content, because another process may read it at the same time.
func saltOf(path string) ([]byte, error) {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails
	made, err := os.CreateTemp(path, SaltName)
	if err != nil {
		return nil, err
	}
	defer os.Remove(made.Name()) //nolint:errcheck // an empty file is left at worst
	_, err = made.Write(salt)
	if err = errors.Join(err, made.Close()); err != nil {
		return nil, err
	}
	final := filepath.Join(path, SaltName)
	if err := os.Link(made.Name(), final); err == nil || !errors.Is(err, fs.ErrExist) {
		return salt, err
	}
	return os.ReadFile(final)
}

// Add writes an exchange, with its names and the secrets of the context replaced.
func (f *Folder) Add(ctx context.Context, exchange Exchange) error {
	masked := walk{masker: f.masker, conceal: concealment(ctx)}
	exchange.Variables = masked.json(exchange.Operation, exchange.Variables)
	exchange.SetBody(masked.json(exchange.Operation, exchange.Body()))
	if exchange.Failure = masked.words(exchange.Failure); !f.masker.names {
		exchange.Failure = exchange.FailureKind // the text has the address of the server
	}
	encoded, err := json.MarshalIndent(exchange, "", "  ")
	if err != nil {
		return err
	}
	file, err := f.create(exchange)
	if err != nil {
		return err
	}
	_, err = file.Write(append(encoded, '\n'))
	return errors.Join(err, file.Close())
}

// create creates the file of an exchange. Names sort by time, and those of one time by number,
// because a clock may not be precise.
func (f *Folder) create(exchange Exchange) (*os.File, error) {
	for client := 1; ; client++ { // of this process
		name := fmt.Sprintf("%s-%07d-%d-%06d-%s.json", exchange.Started.UTC().Format("20060102T150405.000000Z"),
			f.process, client, exchange.Number, exchange.Operation)
		file, err := os.OpenFile(filepath.Join(f.path, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
		if err == nil || !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
}

// Read returns the exchanges of a folder in the order of their start.
func Read(path string) ([]Exchange, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var exchanges []Exchange
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".json") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(path, entry.Name()))
		if err != nil {
			return nil, err
		}
		var exchange Exchange
		if err := json.Unmarshal(content, &exchange); err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		exchanges = append(exchanges, exchange)
	}
	slices.SortStableFunc(exchanges, func(a, b Exchange) int { return a.Started.Compare(b.Started) })
	return exchanges, nil
}
