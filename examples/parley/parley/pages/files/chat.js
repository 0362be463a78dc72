// Sends a message and shows the answer while it arrives (server-sent events over fetch).
// Without this script the form is sent as it is, and the answer is there when the page comes back.
const form = document.getElementById("send");
const field = document.getElementById("text");
const talk = document.getElementById("talk");
const problem = document.getElementById("problem");
const button = form.querySelector("button");

function say(author, text) {
  const line = document.createElement("p");
  line.className = `said ${author}`;
  line.textContent = text;
  talk.append(line);
  line.scrollIntoView({ block: "end" });
  return line;
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const whole = (rest + value).split("\n\n");
    rest = whole.pop();
    for (const event of whole) yield event.replace(/^data: /, "");
  }
}

// The conversation is in the address from its first answer on, so that reloading the page shows it.
function goOn(conversation) {
  if (!conversation || form.conversation.value) return;
  form.conversation.value = conversation;
  form.querySelector("fieldset")?.remove();
  history.replaceState(null, "", `/chat/${conversation}`);
}

async function ask(text) {
  const sent = { text, csrf: form.csrf.value };
  if (form.conversation.value) sent.conversation = Number(form.conversation.value);
  else sent.assistant = form.querySelector("[name=assistant]:checked")?.value;
  const response = await fetch("/api/chat", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(sent),
  });
  if (response.status === 401) location.assign("/login");
  if (!response.ok) throw new Error((await response.json()).error);
  return response;
}

// Read to its end, also past [DONE]: a stream that is left earlier counts as aborted by the browser.
async function show(response, line) {
  let whole = false;
  for await (const event of events(response)) {
    whole ||= event === "[DONE]";
    if (whole) continue;
    const { text: piece, error } = JSON.parse(event);
    if (error) throw new Error(error);
    line.textContent = line.dataset.waits ? piece : line.textContent + piece;
    delete line.dataset.waits;
    line.scrollIntoView({ block: "end" });
  }
  if (!whole) throw new Error("The answer broke off. Please ask again.");
}

// What was asked is shown at once, and taken back into the field when it was not taken.
async function send(text) {
  const question = say("visitor", text);
  const line = say("parley", "…");
  line.dataset.waits = "yes";
  field.value = "";
  let response;
  try {
    response = await ask(text);
  } catch (error) {
    question.remove();
    line.remove();
    field.value = text;
    throw error;
  }
  goOn(response.headers.get("x-conversation"));
  await show(response, line);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text || button.disabled) return;
  button.disabled = true;
  problem.textContent = "";
  try {
    await send(text);
  } catch (error) {
    const known = error instanceof Error && !(error instanceof TypeError || error instanceof SyntaxError);
    problem.textContent = known ? error.message : "No connection. Please try again.";
  }
  button.disabled = false;
  field.focus();
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
