// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// readBody reads the body of a control call. encoding/json bounds the depth of what it contains.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return nil, fmt.Errorf("the body has more than %d MB", maxBody>>20)
	}
	return raw, err
}

// decodeList decodes a list of objects. The error names the entry by the kind of the object and its
// number, from 1.
func decodeList[T any](kind string, raw []byte) ([]T, error) {
	var entries []json.RawMessage
	if err := json.Unmarshal(raw, &entries); err != nil || entries == nil {
		return nil, wrongJSON(err, "the body must be a list, such as [{...}]")
	}
	list := make([]T, len(entries))
	for i, entry := range entries {
		if err := decodeObject(entry, &list[i]); err != nil {
			return nil, fmt.Errorf("%s %d: %w", kind, i+1, err)
		}
	}
	return list, nil
}

// wrongJSON is the error for a value of the wrong form, or for a text that is not JSON.
func wrongJSON(err error, form string) error {
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		return fmt.Errorf("the body is not JSON: byte %d: %w", syntax.Offset, err)
	}
	return errors.New(form)
}

// decodeObject decodes an object into a struct. Unlike encoding/json, it rejects a field in another
// case and a field that occurs twice. The error names the field.
func decodeObject(raw []byte, into any) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		return wrongJSON(err, "must be an object, such as {...}")
	}
	known := fieldNames(reflect.TypeOf(into).Elem())
	given, err := keys(raw)
	if err != nil {
		return err
	}
	for i, name := range given {
		if !slices.Contains(known, name) {
			return fmt.Errorf("unknown field %q, must be one of %s", name, strings.Join(known, ", "))
		}
		if slices.Contains(given[:i], name) {
			return fmt.Errorf("%s occurs twice", name)
		}
	}
	err = json.Unmarshal(raw, into)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return fmt.Errorf("%s must be %s, not %s", wrong.Field, describe(wrong.Type),
			shorten(strings.TrimPrefix(wrong.Value, "number ")))
	}
	return err
}

// keys returns the keys of a valid object, in their order.
func keys(object []byte) ([]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	var found []string
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		found = append(found, fmt.Sprint(name))
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// fieldNames returns the JSON names of the fields of a struct.
func fieldNames(of reflect.Type) []string {
	var names []string
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// describe names a type as a person does who writes JSON.
func describe(of reflect.Type) string {
	switch of.Kind() {
	case reflect.Int:
		return fmt.Sprintf("a whole number of %d bits", of.Bits())
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Map:
		return "an object"
	default:
		return "a " + of.String()
	}
}
