// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/clock"
	"github.com/tanium-community/terraform-provider-tanium/internal/simulator/fleet"
)

// visitPage is a page that loads another one in a frame, acts like a user, and records what the
// page shows.
const visitPage = `<!doctype html><iframe width="WIDTH" height="800" src="PAGE"></iframe><script>
const frame = document.querySelector("iframe");
const inside = (selector) => frame.contentDocument.querySelector(selector);
const until = async (holds) => { while (!holds()) await new Promise((go) => setTimeout(go, 50)) };
const all = (selector) => [...frame.contentDocument.querySelectorAll(selector)];
const texts = (selector) => all(selector).map((each) => each.textContent);
const states = () => [...frame.contentDocument.querySelectorAll(".square")].map((s) => s.dataset.state);
frame.addEventListener("load", async () => {
  const seen = {};
  try {
    ACT
    const wide = frame.contentDocument.documentElement;
    seen.overflow = wide.scrollWidth - wide.clientWidth;
    seen.elsewhere = frame.contentWindow.performance.getEntriesByType("resource")
    .map((e) => e.name).filter((name) => !name.startsWith(location.origin));
  } catch (failure) { seen.failure = String(failure) }
  await fetch("/visit", {method: "POST", body: JSON.stringify(seen)});
});
</script>`

// visitLimit is how long a visit may take. A visit of a page that works takes seconds.
const visitLimit = 2 * time.Minute

// narrow is the width of a phone, in pixels.
const narrow = 390

// browse opens a page in a tab of the browser, as wide as a phone, and returns the record.
func (s *tenant) browse(page, act string) map[string]any { return s.browseAt(narrow, page, act) }

// browseAt is browse at another width. Its tests do not run at the same time: a tab behind another
// one draws nothing, and the explorer waits until it has drawn.
func (s *tenant) browseAt(width int, page, act string) map[string]any {
	s.t.Helper()
	tabs := sharedBrowser(s.t)
	records := make(chan []byte, 1)
	mux := http.NewServeMux()
	mux.Handle("/", s.Simulator)
	mux.HandleFunc("GET /visit", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, strings.NewReplacer("PAGE", page, "ACT", act,
			"WIDTH", strconv.Itoa(width)).Replace(visitPage))
	})
	mux.HandleFunc("POST /visit", func(_ http.ResponseWriter, r *http.Request) {
		record, _ := io.ReadAll(r.Body)
		records <- record
	})
	server := httptest.NewServer(mux)
	s.t.Cleanup(server.Close)
	tabs.open(s.t, server.URL+"/visit")
	var seen map[string]any
	select {
	case record := <-records:
		if err := json.Unmarshal(record, &seen); err != nil {
			s.t.Fatalf("%v: %s", err, record)
		}
	case <-time.After(visitLimit):
		s.t.Fatalf("the visit did not end within %s", visitLimit)
	}
	if seen["failure"] != nil || seen["overflow"] != 0.0 {
		s.t.Errorf("%v", seen)
	}
	check(s.t, "from elsewhere", seen["elsewhere"], []any{})
	return seen
}

// The page shows the progress of an action's endpoints, and the fleet, also on a phone.
func TestPageInBrowser(t *testing.T) {
	for _, width := range []int{narrow, 800, 1200} {
		t.Run(strconv.Itoa(width), func(t *testing.T) {
			testPage(t, width)
		})
	}
}

// testPage runs TestPageInBrowser at one width.
func testPage(t *testing.T, width int) {
	t.Helper()
	s := start(t, simulator.Options{})
	s.ask(perform, tag(fields{"name": "<b>Tag</b>", "comment": "INC-1"}))
	seen := s.browseAt(width, "/simulator/", `
    await until(() => inside("article") && inside(".bar"));
    seen.title = inside("article h3").textContent;
    seen.before = states();
    inside("[data-advance='60']").click();
    await until(() => states().includes("completed"));
    seen.after = states();
    seen.card = inside("article").textContent;
    seen.bar = inside(".bar").getAttribute("aria-label");
    const width = (each) => each.getBoundingClientRect().width;
    seen.parts = all(".bar span").map((part) => [part.dataset.part, Number(part.dataset.count),
      getComputedStyle(part).backgroundColor, Math.round(width(part) / width(inside(".bar")) * 8)]);
    const padding = parseFloat(getComputedStyle(inside("article")).paddingLeft);
    seen.full = Math.abs(width(inside(".chart svg")) - inside("article").clientWidth + 2 * padding) < 2;
    seen.chart = inside(".chart svg").getAttribute("aria-label");
    seen.areas = frame.contentDocument.querySelectorAll(".chart polygon").length;
    seen.failures = texts(".failures h4, .failures summary");
    const card = inside("article");
    inside("[data-advance='10']").click();
    await until(() => inside("article").textContent.includes("1 min 8 s elapsed"));
    seen.same = card === inside("article");
    inside("#state").value = "deleted";
    inside("#state").dispatchEvent(new Event("input"));
    await until(() => !inside("article"));
    inside("#state").value = "failures";
    inside("#state").dispatchEvent(new Event("input"));
    await until(() => inside("article"));
    inside("#text").value = "no such";
    inside("#text").dispatchEvent(new Event("input"));
    seen.filtered = !inside("article"); // without an answer
    inside("#text").value = "inc-1";
    inside("#text").dispatchEvent(new Event("input"));
    await until(() => inside("article"));
    seen.hidden = inside("[data-view='endpoints']").hidden;
    frame.contentWindow.location.hash = "#endpoints";
    await until(() => inside("tbody tr"));
    seen.view = inside("nav [aria-current='page']").textContent;
    seen.population = inside("#population").textContent;
    seen.endpoints = frame.contentDocument.querySelectorAll("tbody tr").length;
    inside("#search").value = "WKS-00";
    inside("#search").dispatchEvent(new Event("input"));
    await until(() => frame.contentDocument.querySelectorAll("tbody tr").length === 9);
    seen.alert = inside("#failure").hidden;`)
	check(t, "title", seen["title"], "<b>Tag</b>")
	check(t, "before", seen["before"], []any{})
	check(t, "after", seen["after"],
		[]any{"completed", "completed", "completed", "completed", "completed", "completed", "completed", "failed"})
	check(t, "bar", seen["bar"], "7 succeeded, 1 failed")
	check(t, "parts", len(list(seen["parts"])), 2)
	check(t, "succeeded", list(seen["parts"], 0), []any{"succeeded", 7.0, at(seen["parts"], 0, 2), 7.0})
	check(t, "failed", list(seen["parts"], 1), []any{"failed", 1.0, at(seen["parts"], 1, 2), 1.0})
	check(t, "parts of one colour", at(seen["parts"], 0, 2) == at(seen["parts"], 1, 2), false)
	check(t, "the chart is as wide as the card", seen["full"], true)
	for _, text := range []string{
		"Parameters$1 = “Blue”", "CommentINC-1", "Action group All Computers", "Computer group All Windows Servers",
		"58 s elapsed, 10 min 2 s left", "8 of 8 done", "7 completed", "1 failed",
	} {
		if !strings.Contains(fmt.Sprint(seen["card"]), text) {
			t.Errorf("the card does not say %q: %s", text, seen["card"])
		}
	}
	if chart := fmt.Sprint(seen["chart"]); !strings.Contains(chart, "In the end: 7 completed, 1 failed.") {
		t.Errorf("the chart says %s", chart)
	}
	if areas, _ := seen["areas"].(float64); areas < 3 {
		t.Errorf("the chart has %v areas", areas)
	}
	check(t, "failures", seen["failures"], []any{"1 endpoint failed", "win-print-01 failed "})
	check(t, "same card", seen["same"], true)
	check(t, "filtered at once", seen["filtered"], true)
	check(t, "hidden", seen["hidden"], true)
	check(t, "view", seen["view"], "Endpoints")
	check(t, "population", seen["population"], "35, 30 online")
	check(t, "endpoints", seen["endpoints"], 35.0)
	check(t, "no failure", seen["alert"], true)
}

// The log shows requests and their documents, and those of one action. The figures count them.
func TestRequestsInBrowser(t *testing.T) {
	s := start(t, simulator.Options{})
	s.ask(perform, tag(nil))
	s.ask(`query($id: ID!, $after: Cursor) { action(ref: {id: $id}) { id } endpoints(after: $after) { totalRecords } }`,
		fields{"id": "6112010", "after": nil})
	// An endpoint may have the ID of an action.
	s.ask(`query($endpointID: String) { endpoints(filter: {path: "id", value: $endpointID}) { totalRecords } }`,
		fields{"endpointID": "6112010"})
	s.ask(`{ now again: now }`, nil)
	seen := s.browse("/simulator/#requests", `
    const logged = () => [...frame.contentDocument.querySelectorAll("details")];
    await until(() => logged().length === 4);
    seen.all = logged().map((each) => each.querySelector("b").textContent);
    const action = logged().find((each) => each.textContent.includes("action, endpoints"));
    seen.variables = action.querySelector("pre").textContent.replace(/\s+/g, "");
    action.open = true;
    await until(() => action.querySelector(".document").textContent.includes("query($id"));
    seen.link = action.querySelector("a").hash;
    frame.contentWindow.location.hash = "#requests/6112010";
    await until(() => logged().length === 1);
    seen.concerning = inside("#concerning").textContent;
    frame.contentWindow.location.hash = "#figures";
    await until(() => inside("dd"));
    seen.figures = [...frame.contentDocument.querySelectorAll("dd")].map((each) => each.textContent).slice(0, 3);
    seen.fields = inside("#fields").textContent;
    const track = all("#fields .track").at(-1);
    const style = getComputedStyle(track), fill = getComputedStyle(track.firstChild);
    const painted = (colour) => colour !== "rgba(0, 0, 0, 0)";
    seen.track = [style.borderTopStyle, painted(style.backgroundColor), painted(fill.backgroundColor),
      track.clientWidth > track.firstChild.clientWidth];
    frame.contentWindow.location.hash = "#requests";
    await until(() => logged().length === 4);
    await frame.contentWindow.fetch("reset", {method: "POST"});
    await until(() => logged().length === 0);
    await frame.contentWindow.fetch("`+simulator.Path+`", {method: "POST", headers: {session: "token-simulator",
    "Content-Type": "application/json"}, body: JSON.stringify({query: "{ now }"})});
    await until(() => logged().length === 1);
    seen.again = logged()[0].querySelector("small").textContent;
    seen.times = texts("#log time");`)
	check(t, "all", seen["all"], []any{"now × 2", "endpoints", "action, endpoints", "actionPerform"})
	check(t, "variables", seen["variables"], `{"id":"6112010"}`)
	check(t, "link", seen["link"], "#action/6112010")
	check(t, "concerning", seen["concerning"], "Requests that name action 6112010 or its scheduled action. Show all")
	check(t, "figures", seen["figures"], []any{"4", "1", "1"})
	check(t, "after a reset", strings.HasSuffix(fmt.Sprint(seen["again"]), "number 1"), true)
	check(t, "track", seen["track"], []any{"solid", true, true, true})
	check(t, "times", seen["times"], []any{"2026-03-07 09:00:00 UTC"})
	check(t, "fields", strings.Contains(fmt.Sprint(seen["fields"]), "actionPerform"), true)
}

// A link to an action of Tanium's console leads to the action on the page, also if it is not among
// the latest. The page reports an unknown action.
func TestLinkInBrowser(t *testing.T) {
	s := start(t, simulator.Options{})
	for range 60 {
		s.ask(perform, tag(nil))
	}
	seen := s.browse("/ui/console/actions/status/6112010", `
    const marked = () => inside("[aria-current='true']");
    await until(marked);
    seen.hash = frame.contentWindow.location.pathname + frame.contentWindow.location.hash;
    seen.id = marked().id;
    seen.focused = frame.contentDocument.activeElement.id;
    const box = marked().getBoundingClientRect();
    seen.visible = box.top >= 0 && box.bottom <= frame.contentWindow.innerHeight;
    seen.says = inside("#linked").textContent;
    inside("[data-advance='60']").click();
    await until(() => states().includes("completed"));
    seen.kept = frame.contentDocument.activeElement.id;
    frame.contentWindow.location.hash = "#action/6112060";
    await until(() => marked() && marked().id === "action/6112060");
    seen.next = frame.contentDocument.activeElement.id;
    frame.contentWindow.location.hash = "#action/%3Cb%3E";
    await until(() => !marked());
    seen.unknown = inside("#linked").textContent;`)
	check(t, "hash", seen["hash"], "/simulator/#action/6112010")
	check(t, "marked", seen["id"], "action/6112010")
	check(t, "focus", seen["focused"], "action/6112010")
	check(t, "visible", seen["visible"], true)
	check(t, "says", strings.HasPrefix(fmt.Sprint(seen["says"]), "Action 6112010 of"), true)
	check(t, "focus after a change", seen["kept"], "action/6112010")
	check(t, "focus after another link", seen["next"], "action/6112060")
	check(t, "unknown", seen["unknown"], "There is no action <b> on this simulator.")
}

// The card of a scheduled action tells the runs of the same request, as a remediation makes them.
func TestStoryInBrowser(t *testing.T) {
	s := start(t, simulator.Options{})
	s.ask(perform, tag(nil))
	s.Advance(time.Hour)
	s.ask(perform, tag(fields{"name": "Other"}))
	s.ask(perform, tag(nil))
	s.Advance(2 * time.Second)
	seen := s.browse("/simulator/", `
    await until(() => inside(".story"));
    seen.stories = [...frame.contentDocument.querySelectorAll(".story")].map((p) => p.textContent);
    seen.links = [...frame.contentDocument.querySelectorAll(".story a")].map((a) => a.getAttribute("href"));
    inside("[data-advance='60']").click();
    await until(() => !inside(".story").textContent.includes("downloading"));
    seen.later = inside(".story").textContent;`)
	first, last := "7 completed, 1 failed", "8 downloading"
	story := "Run 2: 2026-03-07 09:00:02 UTC " + first + " → 2026-03-07 10:00:02 UTC "
	check(t, "stories", seen["stories"], []any{story + last})
	check(t, "links", seen["links"], []any{"#action/6112010", "#action/6112012"})
	check(t, "later", seen["later"], story+first)
}

// A click on an endpoint that failed shows its log, which stays open when the card is drawn again.
func TestActionLogInBrowser(t *testing.T) {
	s := start(t, simulator.Options{})
	s.ask(perform, tag(nil))
	s.Advance(time.Minute)
	seen := s.browse("/simulator/", `
    const of = () => inside("details.failed");
    await until(of);
    seen.closed = of().open;
    inside(".square[data-state='failed']").click();
    await until(() => of().open);
    of().open = false;
    of().querySelector("summary").focus();
    of().querySelector("summary").click();
    await until(() => of().textContent.includes("Exit code 1"));
    seen.lines = texts(".log li");
    const before = inside("article");
    inside("[data-advance='3600']").click();
    await until(() => inside("article") !== before);
    seen.open = of().open && of().textContent.includes("Access is denied");
    seen.focused = frame.contentDocument.activeElement === of().querySelector("summary");
    seen.fetched = frame.contentWindow.performance.getEntriesByType("resource")
      .filter((each) => each.name.includes("/log?")).length;`)
	check(t, "closed", seen["closed"], false)
	lines := fmt.Sprint(seen["lines"])
	if len(list(seen["lines"])) != 4 ||
		!strings.Contains(lines, "add-tags.vbs(14, 3) WshShell.RegWrite: Access is denied.") {
		t.Errorf("the log says %s", lines)
	}
	check(t, "open", seen["open"], true)
	check(t, "focus", seen["focused"], true)
	check(t, "loaded once", seen["fetched"], 1.0)
}

// A card says in words which endpoints an action reaches and when it recurs. It shows the comment
// before the provider's marker.
func TestTargetsInBrowser(t *testing.T) {
	s := start(t, simulator.Options{})
	group := fields{"name": "All Computers"}
	var long []fields
	for i := range 12 {
		long = append(long, fields{"sensor": fields{"name": "Custom Tags"}, "value": fmt.Sprintf("Tag%d", i)})
	}
	s.ask(perform, tag(fields{"targets": fields{"actionGroup": group,
		"targetGroup": fields{"filter": fields{"any": true, "filters": long}}}}))
	s.ask(perform, tag(fields{"targets": fields{"actionGroup": group, "endpoints": []string{"100201", "100209"},
		"platforms": []string{"Windows", "Linux"}}}))
	marker := "tf" + strings.Repeat("1234", 8)
	s.ask(perform, tag(fields{"comment": marker + " CHG-1024 for the web servers",
		"targets": fields{"actionGroup": group, "targetGroup": fields{"filter": fields{"filters": []fields{
			{"sensor": fields{"name": "Running Processes"}, "op": "CONTAINS", "value": "sshd.exe"},
			{"sensor": fields{"name": "Is Windows"}, "value": "True"}}}}},
		"schedule": fields{"reissueSeconds": 3600, "endTime": "2026-03-08T09:00:00Z"}}))
	seen := s.browse("/simulator/", `
    await until(() => all("article").length === 3);
    const rows = (card) => Object.fromEntries([...card.querySelectorAll("dt")].map((name) =>
      [name.textContent, [...name.nextElementSibling.children].map((part) => part.textContent)]));
    const [recurring, endpoints, cut] = all("article");
    Object.assign(seen, {recurring: rows(recurring), badge: recurring.querySelector(".badge").textContent,
      schedule: [...recurring.querySelectorAll("dt")].find((dt) => dt.textContent === "Schedule")
        .nextElementSibling.textContent.trim(), endpoints: rows(endpoints)});
    const size = (selector) => parseFloat(getComputedStyle(recurring.querySelector(selector)).fontSize);
    seen.smaller = size(".marker") < size("dd");
    const toggle = () => all("article")[2].querySelector("details.long");
    const visible = () => [...toggle().querySelectorAll("span")].filter((each) => each.checkVisibility())
      .map((each) => each.textContent).join("");
    seen.cut = [visible().includes("Tag0"), visible().includes("Tag11")];
    toggle().querySelector("summary").click();
    seen.whole = [visible().includes("Tag0"), visible().includes("Tag11")];
    inside("[data-advance='60']").click();
    await until(() => all("article")[2] !== cut);
    seen.kept = toggle().open;`)
	check(t, "targets", at(seen["recurring"], "Targets"), []any{"Action group All Computers",
		"Running Processes contains sshd.exe and Is Windows equals True"})
	check(t, "schedule", seen["schedule"], "every 1 h until 2026-03-08 09:00:00 UTC, next at 2026-03-07 10:00:02 UTC")
	check(t, "badge", seen["badge"], "recurring")
	check(t, "comment", at(seen["recurring"], "Comment"), []any{"CHG-1024 for the web servers", marker})
	check(t, "the marker is smaller", seen["smaller"], true)
	check(t, "endpoints", at(seen["endpoints"], "Targets"), []any{"Action group All Computers",
		"Endpoint IDs 100201, 100209", "Platforms Windows, Linux"})
	check(t, "no run of other targets", at(seen["endpoints"], "Runs"), nil)
	check(t, "cut", seen["cut"], []any{true, false})
	check(t, "whole", seen["whole"], []any{true, true})
	check(t, "kept open", seen["kept"], true)
}

// The page shows the speed of the time. It resets the simulator after a question.
func TestClockInBrowser(t *testing.T) {
	s := start(t, simulator.Options{Clock: clock.New(time.Now, 20)})
	s.ask(perform, tag(nil))
	seen := s.browse("/simulator/", `
    await until(() => inside("article"));
    seen.speed = inside("#speed").textContent;
    inside("#reset").click();
    seen.asks = inside("#confirm").open;
    inside("#confirm button").click();
    await until(() => !inside("#confirm").open);
    await new Promise((go) => setTimeout(go, 1500));
    seen.cancelled = all("article").length;
    inside("[data-advance='3600']").click();
    inside("#reset").click();
    inside("#confirm [value='reset']").click();
    await until(() => !inside("article"));
    seen.empty = inside("#none").textContent;`)
	check(t, "speed", seen["speed"], "20 × real time")
	check(t, "asks", seen["asks"], true)
	check(t, "cancelled", seen["cancelled"], 1.0)
	check(t, "empty", strings.HasPrefix(fmt.Sprint(seen["empty"]), "No scheduled action yet"), true)
	check(t, "actions", len(s.Actions()), 0)
}

// Buttons inject faults. The page shows which are pending, and clears them.
func TestFaultsInBrowser(t *testing.T) {
	s := start(t, simulator.Options{})
	seen := s.browse("/simulator/#faults", `
    await until(() => inside("#injected").textContent === "none pending");
    const button = (name) => all("#faults button").find((each) => each.textContent.startsWith(name));
    const chosen = (id, value) => {
      inside(id).value = value;
      inside(id).dispatchEvent(new Event("input"));
    };
    seen.disabled = button("System error").disabled;
    chosen("#times", "3");
    button("503").click();
    await until(() => all("#waiting li").length === 1);
    chosen("#field", "actionPerform");
    chosen("#times", "1");
    for (const [i, each] of all("#faults button").entries()) {
      each.click();
      await until(() => all("#waiting li").length === i + 2);
    }
    seen.refused = inside("#refused").textContent;
    seen.waiting = texts("#waiting li");
    seen.count = inside("#pending").textContent;
    await frame.contentWindow.fetch("`+simulator.Path+`", {method: "POST", headers: {session: "token-simulator"}});
    await until(() => inside("#waiting li").textContent.includes("2 requests"));
    inside("#clear").click();
    await until(() => !inside("#waiting li"));
    seen.cleared = inside("#pending").checkVisibility();`)
	check(t, "disabled", seen["disabled"], true)
	check(t, "refused", seen["refused"], "")
	next := " the next request for actionPerform"
	check(t, "pending", seen["waiting"], []any{"503 Service Unavailable the next 3 requests", "Lost answer" + next,
		"Lost request" + next, "Half an answer" + next, "429 Too Many Requests" + next,
		"503 Service Unavailable" + next, "Expired token" + next, "Slow answer" + next, "Sign-in page" + next,
		"GraphQL error" + next, "System error" + next})
	check(t, "count", seen["count"], "11")
	check(t, "cleared", seen["cleared"], false)
	check(t, "left", len(s.Faults()), 0)
}

// The tags of endpoints are visible on a phone.
func TestTagsInBrowser(t *testing.T) {
	s := start(t, simulator.Options{})
	seen := s.browse("/simulator/#endpoints", `
    await until(() => inside("tbody tr"));
    const row = all("tbody tr").find((each) => each.textContent.includes("win-sql-01"));
    const tag = row.querySelector(".chip"), box = tag.getBoundingClientRect();
    seen.tag = tag.textContent;
    seen.visible = box.left >= 0 && box.right <= frame.contentDocument.documentElement.clientWidth;
    seen.named = getComputedStyle(tag.closest("td"), "::before").content;`)
	check(t, "tag", seen["tag"], "Database")
	check(t, "visible", seen["visible"], true)
	check(t, "named", seen["named"], `"Tags"`)
}

// The explorer loads only from the simulator, opens with the public token, knows the schema, and
// runs its query with the token.
func TestGraphiQLInBrowser(t *testing.T) {
	seen := start(t, simulator.Options{Tokens: []string{"token-another"}}).browse("/simulator/graphiql", `
    await until(() => inside(".graphiql-execute-button"));
    seen.asks = !inside("#ask").hidden;
    await until(() => inside(".graphiql-editor-tool").textContent.includes("token-simulator"));
    inside(".graphiql-execute-button").click();
    await until(() => inside(".result-window").textContent.includes("totalRecords"));
    inside("[aria-label='Show Documentation Explorer']").click();
    await until(() => inside(".graphiql-doc-explorer") &&
    inside(".graphiql-doc-explorer").textContent.includes("Query"));
    seen.answer = inside(".result-window").textContent.includes("testmachine999");`)
	check(t, "answer", seen["answer"], true)
	check(t, "asks", seen["asks"], false)
}

// The explorer asks for a token if the simulator has no public one.
func TestGraphiQLAsksInBrowser(t *testing.T) {
	builtin, err := builtinFleet()
	if err != nil {
		t.Fatal(err)
	}
	own := *builtin
	own.Users = []fleet.User{{ID: "1", Name: "operator", Tokens: []string{"token-own"}}}
	seen := start(t, simulator.Options{Fleet: &own}).browse("/simulator/graphiql", `
    await until(() => !inside("#ask").hidden);
    seen.assumed = Boolean(inside(".graphiql-execute-button"));
    seen.filled = inside("#token").value;
    inside("#token").value = "token-own";
    inside("#ask button").click();
    await until(() => inside(".graphiql-execute-button"));
    inside(".graphiql-execute-button").click();
    await until(() => inside(".result-window").textContent.includes("testmachine999"));
    seen.answer = true;`)
	check(t, "assumed", seen["assumed"], false)
	check(t, "filled", seen["filled"], "")
	check(t, "answer", seen["answer"], true)
}
