// The control calls.
"use strict";

async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
  return answer.json();
}

// post makes a control call that changes something. The page says why the simulator has refused it.
async function post(path, body) {
  let refused = "";
  try {
    const answer = await fetch(path,
      {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
    if (!answer.ok) refused = (await answer.json()).text;
  } catch (failure) {
    refused = failure.message;
  }
  byId("refused").textContent = refused && `The simulator has refused this: ${refused}`;
  byId("refused").hidden = !refused;
  await show();
}
