// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// aliasBomb is a small file whose aliases expand to nine to the power of levels.
func aliasBomb(levels int) string {
	var text strings.Builder
	text.WriteString("profiles:\n- name: &a0 [y, y, y, y, y, y, y, y, y]\n")
	for i := range levels {
		list := strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), ", ")
		fmt.Fprintf(&text, "- name: &a%d [%s]\n", i+1, list)
	}
	return text.String()
}

// Load rejects aliases that expand beyond any memory, with a one-line error that has the position.
func TestAliasBomb(t *testing.T) {
	t.Parallel()
	_, err := fleet.Load("own.yaml", strings.NewReader(aliasBomb(30)))
	if err == nil || err.Error() != "own.yaml:[7:14] the aliases expand to more than 100000 values" {
		t.Errorf("says %v", err)
	}
}

// Load accepts a file with a normal number of aliases.
func TestAliasesOfAPerson(t *testing.T) {
	t.Parallel()
	const endpoints = 200
	rows := strings.Repeat("['1'], ", 50)
	text := "users: [{id: '1', name: a}]\nsensors: [{name: x}]\n" +
		"profiles: [{name: p, platform: Linux, readings: &same {x: [" + rows + "['2']]}}]\nendpoints:\n"
	for i := range endpoints {
		text += fmt.Sprintf("- {id: '%d', name: e, ip_address: 10.0.0.1, profile: p, readings: *same}\n", i+1)
	}
	loaded, err := fleet.Load("own.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := loaded.Endpoint(fmt.Sprint(endpoints)).Readings["x"]; len(got) != 51 || got[50][0] != "2" {
		t.Errorf("reads %s", got)
	}
}

// endless is a reader without an end. It counts what it reads.
type endless struct{ bytes int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '#'
	}
	e.bytes += len(p)
	return len(p), nil
}

// Load rejects a file that is too large before it fills the memory, and reads no more of it than
// shows that.
func TestFileTooLarge(t *testing.T) {
	t.Parallel()
	const limit = 2 << 20
	from := &endless{}
	if _, err := fleet.LoadWithin(limit, "zero", from); err == nil ||
		err.Error() != "zero: the file has more than 2 MB" {
		t.Errorf("says %v", err)
	}
	if from.bytes != limit+1 || fleet.MaxFileBytes != 64<<20 {
		t.Errorf("it reads %d bytes, and the limit of a file is %d", from.bytes, fleet.MaxFileBytes)
	}
}
