// The simulated time, its speed, and the reset.
"use strict";

// showClock shows the time and how fast it passes.
function showClock({now, speed}) {
  byId("now").textContent = instant(now);
  byId("now").dateTime = now;
  byId("speed").textContent = speed === 0 ? "stands still" : speed === 1 ? "real time" : `${speed} × real time`;
}

for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => post("clock", {advance_seconds: Number(button.dataset.advance)}));
}

byId("reset").addEventListener("click", () => byId("confirm").showModal());
byId("confirm").addEventListener("close", () => {
  if (byId("confirm").returnValue === "reset") post("reset");
  byId("confirm").returnValue = "";
});
