// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package fleet

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// State is the state of a run. Each state is a counter of ActionResults.
type State string

// The states, named like the counters in the schema.
const (
	Waiting             State = "waiting"
	Downloading         State = "downloading"
	Running             State = "running"
	WaitingToRetry      State = "waitingToRetry"
	Completed           State = "completed"
	PendingVerification State = "pendingVerification"
	Verified            State = "verified"
	FailedVerification  State = "failedVerification"
	Failed              State = "failed"
	Expired             State = "expired"
)

// Final reports whether a run cannot leave the state.
func (s State) Final() bool {
	return slices.Contains([]State{Completed, Verified, FailedVerification, Failed, Expired}, s)
}

// Run is an endpoint's run of an action so far.
type Run struct {
	ActionID string
	// Command is the command of the package, and Output what it writes.
	Command string
	Output  Output
	// Steps are the steps so far, in the order of their times; none while the run waits.
	Steps []Step
}

// Step is the time at which a run entered a state.
type Step struct {
	At    time.Time
	State State
}

// StateOf returns the last state that steps entered up to a time; Waiting before the first step.
func StateOf(steps []Step, now time.Time) State {
	state := Waiting
	for _, step := range steps {
		if step.At.After(now) {
			break
		}
		state = step.State
	}
	return state
}

// The sensors that read runs.
const (
	sensorActionStatuses = "Action Statuses"
	sensorActionLog      = "Tanium Action Log"
)

// actionStatuses returns the rows of the sensor "Action Statuses". Only the value "<action
// ID>:Completed." has been recorded (API.md#action-reports). The overlay has the spelling.
func actionStatuses(runs []Run, spelling Overlay) Rows {
	rows := make(Rows, len(runs))
	for i, run := range runs {
		status := run.status(spelling.JoinedStatuses)
		if spelling.SucceededStatuses && status == "Completed" {
			status = "Succeeded"
		}
		rows[i] = []string{run.ActionID + ":" + status + "."}
	}
	return rows
}

func (r Run) status(joined bool) string {
	state := Waiting
	if len(r.Steps) > 0 {
		state = r.Steps[len(r.Steps)-1].State
	}
	var words strings.Builder
	for i, letter := range string(state) {
		switch capital := letter >= 'A' && letter <= 'Z'; {
		case i == 0:
			words.WriteString(strings.ToUpper(string(letter)))
		case capital && joined:
			words.WriteRune(letter)
		case capital:
			words.WriteString(" " + strings.ToLower(string(letter)))
		default:
			words.WriteRune(letter)
		}
	}
	return words.String()
}

// actionLog returns the last lines of the client's log of an action, at most limit.
func actionLog(runs []Run, actionID string, limit int) Rows {
	rows := Rows{}
	for _, run := range runs {
		if run.ActionID == actionID {
			for _, line := range run.Log() {
				rows = append(rows, []string{line})
			}
		}
	}
	return rows[max(0, len(rows)-max(0, limit)):]
}

// Log returns the lines of the client's log of the run so far. A line has a number, a time and a
// text. The output of the command stands between two known lines (API.md#action-reports); the
// wording of the others has not been recorded.
func (r Run) Log() []string {
	var lines []string
	for _, step := range r.Steps {
		for _, text := range r.log(step.State) {
			lines = append(lines, fmt.Sprintf("%03d|%s|%s", len(lines), step.At.UTC().Format(time.RFC3339), text))
		}
	}
	return lines
}

// log returns the lines that the client writes when the run enters a state.
func (r Run) log(state State) []string {
	switch state {
	case Downloading:
		return []string{"Downloading the files of action " + r.ActionID}
	case Running:
		return []string{"Command Line: " + r.Command}
	case Completed, PendingVerification:
		return append(slices.Clone(r.Output.Succeed), "Completed. Exit code 0")
	case Failed, WaitingToRetry:
		return append(slices.Clone(r.Output.Fail), "Completed. Exit code 1")
	case Expired:
		return []string{"The action expired, and the command was ended"}
	default:
		return nil
	}
}
