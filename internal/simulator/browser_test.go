// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tanium-community/terraform-provider-tanium/internal/simulator"
)

// visitPage is a page that loads another one in a frame, acts like a user, and records what the
// page shows.
const visitPage = `<!doctype html><iframe width="WIDTH" height="800" src="PAGE"></iframe><pre id="seen"></pre><script>
const frame = document.querySelector("iframe");
const inside = (selector) => frame.contentDocument.querySelector(selector);
const until = async (holds) => { while (!holds()) await new Promise((go) => setTimeout(go, 50)) };
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
  document.getElementById("seen").textContent = JSON.stringify(seen);
});
</script>`

// narrow is the width of a phone, in pixels.
const narrow = 390

// browse opens a page in a real browser, as wide as a phone, and returns the record.
func (s *tenant) browse(page, act string) map[string]any { return s.browseAt(narrow, page, act) }

// browseAt is browse at another width.
func (s *tenant) browseAt(width int, page, act string) map[string]any {
	s.t.Helper()
	browser := os.Getenv("CHROMIUM")
	if browser == "" {
		s.t.Skip("CHROMIUM does not name a browser")
	}
	mux := http.NewServeMux()
	mux.Handle("/", s.Simulator)
	mux.HandleFunc("/visit", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, strings.NewReplacer("PAGE", page, "ACT", act,
			"WIDTH", strconv.Itoa(width)).Replace(visitPage))
	})
	server := httptest.NewServer(mux)
	s.t.Cleanup(server.Close)
	// No name resolves, so the page cannot load anything from a content delivery network. The
	// virtual time advances as fast as answers arrive.
	command := exec.CommandContext(s.t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--user-data-dir="+s.t.TempDir(),
		"--virtual-time-budget=90000", "--window-size=1300,900", "--dump-dom", server.URL+"/visit")
	output, err := command.Output()
	if err != nil {
		s.t.Fatal(err)
	}
	written := regexp.MustCompile(`(?s)<pre id="seen">(.*?)</pre>`).FindSubmatch(output)
	var seen map[string]any
	if written == nil || json.Unmarshal([]byte(html.UnescapeString(string(written[1]))), &seen) != nil {
		s.t.Fatalf("nothing was seen: %s", output)
	}
	if seen["failure"] != nil || seen["overflow"] != 0.0 {
		s.t.Errorf("%v", seen)
	}
	check(s.t, "from elsewhere", seen["elsewhere"], []any{})
	return seen
}

// The page shows the progress of an action's endpoints, and the fleet, also on a phone.
func TestPageInBrowser(t *testing.T) {
	t.Parallel()
	for _, width := range []int{narrow, 500, 1200} {
		t.Run(strconv.Itoa(width), func(t *testing.T) {
			t.Parallel()
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
    await until(() => inside("article") && inside("progress"));
    seen.title = inside("article h3").textContent;
    seen.before = states();
    inside("[data-advance='60']").click();
    await until(() => states().includes("completed"));
    seen.after = states();
    seen.card = inside("article").textContent;
    seen.done = [inside("progress").value, inside("progress").max];
    seen.chart = inside(".chart svg").getAttribute("aria-label");
    seen.areas = frame.contentDocument.querySelectorAll(".chart polygon").length;
    seen.failures = inside(".failures").textContent;
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
	check(t, "done", seen["done"], []any{8.0, 8.0})
	for _, text := range []string{
		"Parameters: $1 = “Blue”", "Comment: INC-1", "action group All Computers", "58 s elapsed, 10 min 2 s left",
		"8 of 8 done", "7 completed, 1 failed",
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
	check(t, "failures", seen["failures"], "Failed: win-print-01 (failed)")
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
	t.Parallel()
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
    frame.contentWindow.location.hash = "#requests";
    await until(() => logged().length === 4);
    await frame.contentWindow.fetch("reset", {method: "POST"});
    await until(() => logged().length === 0);
    await frame.contentWindow.fetch("`+simulator.Path+`", {method: "POST", headers: {session: "token-simulator",
    "Content-Type": "application/json"}, body: JSON.stringify({query: "{ now }"})});
    await until(() => logged().length === 1);
    seen.again = logged()[0].querySelector("small").textContent;`)
	check(t, "all", seen["all"], []any{"now × 2", "endpoints", "action, endpoints", "actionPerform"})
	check(t, "variables", seen["variables"], `{"id":"6112010"}`)
	check(t, "link", seen["link"], "#action/6112010")
	check(t, "concerning", seen["concerning"], "Requests that name action 6112010 or its scheduled action. Show all")
	check(t, "figures", seen["figures"], []any{"4", "1", "1"})
	check(t, "after a reset", strings.HasSuffix(fmt.Sprint(seen["again"]), "number 1"), true)
	check(t, "fields", strings.Contains(fmt.Sprint(seen["fields"]), "actionPerform"), true)
}

// A link to an action of Tanium's console leads to the action on the page, also if it is not among
// the latest. The page reports an unknown action.
func TestLinkInBrowser(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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

// The explorer loads only from the simulator, asks for a token, knows the schema, and runs its
// query with the token.
func TestGraphiQLInBrowser(t *testing.T) {
	t.Parallel()
	seen := start(t, simulator.Options{}).browse("/simulator/graphiql", `
    await until(() => inside("#ask") && !inside("#ask").hidden);
    seen.assumed = Boolean(inside(".graphiql-execute-button"));
    inside("#token").value = "token-simulator";
    inside("#ask button").click();
    await until(() => inside(".graphiql-execute-button"));
    inside(".graphiql-execute-button").click();
    await until(() => inside(".result-window").textContent.includes("totalRecords"));
    inside("[aria-label='Show Documentation Explorer']").click();
    await until(() => inside(".graphiql-doc-explorer") &&
    inside(".graphiql-doc-explorer").textContent.includes("Query"));
    seen.answer = inside(".result-window").textContent.includes("testmachine999");`)
	check(t, "answer", seen["answer"], true)
	check(t, "assumed", seen["assumed"], false)
}
