// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal"
	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal/spelling"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// echoed is where the fleet of newEchoTenant has what its server repeats.
const echoed = "ECHO-ECHO"

// newEchoTenant starts a tenant with packages that fail and write what the server repeats.
func newEchoTenant(t *testing.T) *tenant {
	t.Helper()
	machines, err := fleet.Load("echo.yaml", strings.NewReader("extends: builtin\npackages:\n"+
		"  - {id: '9002', name: Log in, command: '/bin/sh login.sh \"$1\"', params: [{key: $1, label: Password}], "+
		"output: {fail: ['login with', '"+echoed+"', failed]}}\n"+
		"  - {id: '9003', name: 'Log in ||Custom Tags||', command: '/bin/sh login.sh \"||Custom Tags||\"', "+
		"sensor_sourced: [Custom Tags], output: {fail: ['login with', '"+echoed+"', failed]}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, endpoint := range machines.Endpoints {
		endpoint.Outcomes = map[string]fleet.Outcome{"Log in": "fail", "Log in ||Custom Tags||": "fail"}
	}
	return newTenant(t, simulator.Options{Fleet: machines})
}

// randomSecret returns a secret that has no other meaning.
func randomSecret(random *rand.Rand) string {
	alphabet := []rune(pick(
		random, "abcXYZ0123456789_-", `aZ9"'\/<>&%=:@,;|`, "kQ7äßé©", "x4😀ü\"&%", "pP5 +%&",
	))
	made := make([]rune, pick(random, 4, 5, 6, 8, 8, 12, 20, 40))
	for i := range made {
		made[i] = alphabet[random.IntN(len(alphabet))]
	}
	made[0], made[len(made)-1] = 'Q', 'J'
	text := string(made)
	if random.IntN(8) == 0 {
		text = "-----BEGIN KEY-----\n" + text + "VqWz\nJx9" + text + "\n"
	}
	return text
}

// entityOf returns a named entity of a character, or the character.
func entityOf(each rune) string {
	names := map[rune]string{'ä': "&auml;", 'ß': "&szlig;", 'é': "&eacute;", '©': "&copy;", 'ü': "&uuml;"}
	if name := names[each]; name != "" {
		return name
	}
	return html.EscapeString(string(each))
}

// spellings returns each character of a secret in one of the spellings that the documentation
// promises.
func spellings(random *rand.Rand, secret string) []string {
	var pieces []string
	mixed := random.IntN(2) == 0
	way := random.IntN(9)
	for _, each := range secret {
		one := string(each)
		if mixed {
			way = random.IntN(9)
		}
		switch way {
		case 0:
			one = strings.ToUpper(one)
		case 1:
			one = strings.ToLower(one)
		case 2:
			one = spelling.UTF16(one, pick(random, `\u%04x`, `\u%04X`))
		case 3:
			one = spelling.Entities(one, pick(random, "&#%d;", "&#x%x;", "&#X%X;"))
		case 4:
			one = entityOf(each)
		case 5:
			one = spelling.Percent(one, pick(random, "%", "%25"))
		case 6:
			one = strings.ToUpper(spelling.Percent(one, pick(random, "%", "%25")))
		case 7:
			switch each {
			case '"', '\'':
				one += one
			case '\n':
				one = `\n`
			}
		case 8:
			if strings.ContainsRune(`"\/`, each) {
				one = `\` + one
			}
		}
		pieces = append(pieces, one)
	}
	return pieces
}

// repetition is how a server repeats a secret.
type repetition struct {
	text string
	// hidden are texts that no output may have.
	hidden []string
}

// promised is the number of characters of a secret that was cut which the documentation promises to
// replace, and one more, because other characters may count as one.
const promised = 5

// repeat returns a secret in a random spelling, cut at random, next to other text.
func repeat(random *rand.Rand, secret string) repetition {
	before := pick(random, "", "the value ", `password="`, "'", "/?x=", "(", "login: ", strings.Repeat("é x ", 60))
	after := pick(random, "", " is odd", `"`, "'", "&y=1", ")", "\n", strings.Repeat(" and so on", 50))
	switch random.IntN(8) {
	case 0, 1: // in base64, within a longer text
		inner, outer := strings.Repeat("u", random.IntN(4)), strings.Repeat("!", random.IntN(4))
		encoding := pick(random, base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding)
		text := encoding.EncodeToString([]byte(inner + secret + outer))
		core := text[(8*len(inner)+5)/6 : 8*(len(inner)+len(secret))/6]
		return repetition{before + " " + text + " " + after, []string{core}}
	case 2:
		text := hex.EncodeToString([]byte(secret))
		if random.IntN(2) == 0 {
			text = strings.ToUpper(text)
		}
		return repetition{before + " " + text + " " + after, []string{text}}
	}
	pieces := spellings(random, secret)
	whole := strings.Join(pieces, "")
	start := strings.Join(pieces[:min(promised, len(pieces))], "")
	if random.IntN(3) == 0 && len(pieces) > promised {
		return repetition{before + strings.Join(pieces[:promised+random.IntN(len(pieces)-promised)], "") +
			pick(random, "...", "…"), []string{start}}
	}
	return repetition{before + whole + after, []string{whole, start}}
}

// echo is a server that repeats a text in one of its answers.
type echo struct {
	tenant *tenant
	random *rand.Rand
	mutex  sync.Mutex // guards the rest
	text   string
	// way is how it repeats the text, in the answers to the operation.
	way, operation string
	// left is the number of answers that repeat it.
	left int
	done bool
}

// ways returns the ways to repeat a text, each with the operations that can.
func ways() map[string][]string {
	reads := []string{"packageSpecs", "query Endpoints", "scheduledActions", "query GetAction",
		"mutation PerformAction"}
	return map[string][]string{
		"error": reads, "page": reads, "refusal": reads, "redirect": reads, "system error": {"mutation PerformAction"},
		"name of an endpoint": {"query Endpoints"}, "log": {"query Endpoints"}, "outage": reads,
		"name and comment": {"scheduledActions", "query GetScheduledAction", "mutation PerformAction"},
	}
}

// handle answers a request, and may repeat the text.
func (e *echo) handle(w http.ResponseWriter, body []byte, forward forwardFunc) bool {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	quoted := func(text string) string {
		encoded, _ := json.Marshal(text) // a text has no error
		return strings.Trim(string(encoded), `"`)
	}
	if e.way == "log" {
		answer := forward()
		text := answer.Body.String()
		e.done = e.done || strings.Contains(text, echoed)
		w.Header().Set("Date", answer.Header().Get("Date"))
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(strings.ReplaceAll(text, echoed, strings.ReplaceAll(quoted(e.text), `"`, `\"`))))
		return true
	}
	if e.left == 0 || !bytes.Contains(body, []byte(e.operation)) {
		return false
	}
	e.left--
	e.done = true
	field := strings.Fields(e.operation)[len(strings.Fields(e.operation))-1]
	page := "<!DOCTYPE html><html><title>Error</title><body><p>" + e.text + "</p></body></html>"
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Date", e.tenant.Now().UTC().Format(http.TimeFormat))
	switch e.way {
	case "error":
		answer := map[string]any{"data": nil, "errors": []any{map[string]any{"message": e.text,
			"path": []any{field}, "extensions": map[string]any{"code": e.text, "argumentErrors": []any{e.text}}}}}
		_ = json.NewEncoder(w).Encode(answer)
	case "page":
		header.Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(page))
	case "refusal":
		header.Set("Content-Type", "text/html")
		w.WriteHeader(pick(e.random, 400, 401, 403, 404))
		_, _ = w.Write([]byte(pick(e.random, page, `{"text":"`+quoted(e.text)+`"}`, e.text)))
	case "outage":
		w.WriteHeader(pick(e.random, 500, 502))
		_, _ = w.Write([]byte(pick(e.random, page, `{"text":"`+quoted(e.text)+`"}`, e.text)))
	case "redirect":
		header.Set("Location", "http://127.0.0.1:1/"+strings.Map(func(each rune) rune {
			if each < ' ' {
				return -1
			}
			return each
		}, e.text))
		w.WriteHeader(http.StatusFound)
	case "system error":
		answer := map[string]any{"data": map[string]any{"actionPerform": map[string]any{"scheduledActions": nil,
			"error": map[string]any{"message": e.text, "retryable": false, "timedOut": false}}}}
		_ = json.NewEncoder(w).Encode(answer)
	case "name of an endpoint":
		text := forward().Body.String()
		_, _ = w.Write([]byte(strings.ReplaceAll(text, `"name":"win-`, `"name":"`+quoted(e.text))))
	case "name and comment":
		text := forward().Body.Bytes()
		text = bytes.ReplaceAll(text, []byte(`"name":"Log in"`), []byte(`"name":"`+quoted(e.text)+`"`))
		_, _ = w.Write(bytes.ReplaceAll(text, []byte(`"comment":"`), []byte(`"comment":"`+quoted(e.text)+" ")))
	}
	return true
}

// TestHostileEchoes lets a server repeat secret parameters and the token, and checks that no
// message and no log has them.
func TestHostileEchoes(t *testing.T) {
	t.Parallel()
	inShards(t, randomCases(60, 160), 81, func(t *testing.T, random *rand.Rand, cases int) {
		s := newEchoTenant(t)
		e := &echo{tenant: s, random: random}
		s.intercept(t, e.handle)
		session := newSession(t, s, s)
		kinds := ways()
		names := slices.Sorted(maps.Keys(kinds))
		repeated := 0
		for range cases {
			if err := s.Reset(); err != nil {
				t.Fatal(err)
			}
			session.configure()
			secret := randomSecret(random)
			shown := repeat(random, secret)
			way := pick(random, names...)
			if random.IntN(5) == 0 && !strings.HasPrefix(way, "name ") {
				before, after := pick(random, "x ", `"`, "=", ""), pick(random, "", " y", `"`)
				shown = repetition{before + simulator.DefaultToken + after,
					[]string{simulator.DefaultToken}}
			}
			if way == "redirect" && strings.ContainsAny(shown.text, `\"`) {
				way = "page" // an address has neither
			}
			e.mutex.Lock()
			e.way = way
			e.operation, e.text, e.done = pick(random, kinds[e.way]...), shown.text, false
			e.left = pick(random, 1, 2, 5, 40)
			e.mutex.Unlock()
			config := merged(map[string]any{"name": "Log in", "on_failure": pick(random, "warn", "error"),
				"package": map[string]any{"name": "Log in", "parameters_wo": []any{secret}}})
			if random.IntN(3) == 0 {
				config["package"] = map[string]any{"name": "Log in ||Custom Tags||",
					"sensor_sourced_parameters_wo": map[string]any{"Custom Tags": secret}}
			}
			said := session.logged(config)
			if e.done {
				repeated++
			}
			for _, text := range append(shown.hidden, secret) {
				if utf8.RuneCountInString(text) >= conceal.MinLength && strings.Contains(said, text) {
					at := strings.Index(said, text)
					t.Errorf("%s of %s: %q as %q leaves %q: ...%s", e.way, e.operation, secret, shown.text, text,
						said[max(0, at-300):min(len(said), at+200)])
				}
			}
		}
		if repeated*2 < cases {
			t.Errorf("%d of %d cases repeat anything", repeated, cases)
		}
	})
}

// meaningful returns texts that are part of Tanium's answers, and short ones.
func meaningful() []string {
	return []string{
		"a", "1", "0", "-", ".", "/", ":", `"`, "{", "}", "[", ",", "\\", "id", "88", "no", "e3", "null", "true",
		"data", "edges", "node", "name", "Tag", "OPEN", "CLOSED", "88001", "6112010", "100201", "win-dc-01",
		"Windows", "completed", "actionPerform", "scheduledAction", "application/json", "terraform",
		"http://127.0.0.1", "All", "Computers", "2026",
	}
}

// TestHostileMeanings uses secrets that are also part of the data, as the token and as a parameter,
// and checks that the provider works and that the state has the data unharmed.
func TestHostileMeanings(t *testing.T) {
	t.Parallel()
	texts := meaningful()
	s := newTenant(t, simulator.Options{Tokens: texts})
	sessionWith := func(token string) *session {
		return newConfiguredSession(t, s, map[string]tftypes.Value{"url": str(s.url), "api_token": str(token)})
	}
	state := func(session *session, token string, config map[string]any) string {
		t.Helper()
		if err := s.Reset(); err != nil {
			t.Fatal(err)
		}
		encoded := session.dynamic(encode(session.kind(), config))
		null := session.dynamic(tftypes.NewValue(session.kind(), nil))
		planned := session.planned(config, nil)
		applied, err := session.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
			TypeName: session.name, Config: encoded, PriorState: null, PlannedState: planned.PlannedState,
			PlannedPrivate: planned.PlannedPrivate,
		})
		if err != nil || hasError(planned.Diagnostics) || hasError(applied.Diagnostics) {
			t.Errorf("token %q, %v: %v %s %s", token, config["package"], err, describe(planned.Diagnostics),
				describe(applied.Diagnostics))
			return ""
		}
		var said []string
		for _, name := range []string{"id", "name", "actions", "results", "status", "console_url", "targets"} {
			said = append(said, session.attribute(applied.NewState, name))
		}
		return strings.Join(said, "\n")
	}
	usual := sessionWith(simulator.DefaultToken)
	want := state(usual, simulator.DefaultToken, tagging())
	for _, text := range texts {
		if got := state(sessionWith(text), text, tagging()); got != want {
			t.Errorf("with the token %q, the state has %s\nwant %s", text, got, want)
		}
		config := merged(map[string]any{
			"package": map[string]any{"name": "Custom Tagging - Add Tags", "parameters_wo": []any{text}},
		})
		usual.configure()
		if got := state(usual, simulator.DefaultToken, config); got != want {
			t.Errorf("with the parameter %q, the state has %s\nwant %s", text, got, want)
		}
	}
}
