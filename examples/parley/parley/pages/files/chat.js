// Sends a message and shows the answer while it arrives (server-sent events over fetch).
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
  let rest = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const whole = (rest + piece).split("\n\n");
    rest = whole.pop();
    for (const event of whole) yield event.replace(/^data: /, "");
  }
}

async function send(text) {
  const response = await fetch("/api/chat", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text, csrf: form.csrf.value }),
  });
  if (!response.ok) throw new Error((await response.json()).error);
  say("visitor", text);
  const line = say("parley", "");
  for await (const event of events(response)) {
    if (event === "[DONE]") return;
    line.textContent += JSON.parse(event).text;
    line.scrollIntoView({ block: "end" });
  }
  throw new Error("The answer broke off. Please ask again.");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  problem.textContent = "";
  try {
    await send(field.value.trim());
    form.reset();
  } catch (error) {
    problem.textContent = error instanceof TypeError ? "No connection. Please try again." : error.message;
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
