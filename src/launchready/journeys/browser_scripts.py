"""What the browser driver runs inside a page: fill in and send a form, or fetch and time what comes."""

# Takes {url, fields}. Fills the fields of the form whose action is that address and sends it as a click would, so that
# the page's own handlers run. Answers null when there is no such form, a list of complaints when the browser would not
# send it, else [].
SUBMIT = """
({url, fields}) => {
  const wanted = new URL(url);
  const elements = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, "elements").get;
  const elementsOf = (form) => [...elements.call(form)];
  const leads = (action) => {
    try {
      const found = new URL(action ?? location.href, document.baseURI);
      return found.origin === wanted.origin && found.pathname === wanted.pathname && found.search === wanted.search;
    } catch { return false; }
  };
  const fits = (form) =>
    (form.getAttribute("method") || "").toLowerCase() === "post" && leads(form.getAttribute("action")) ||
    elementsOf(form).some((one) => one.getAttribute("formaction") !== null && leads(one.getAttribute("formaction")));
  const named = (form, name) => elementsOf(form).filter((one) => one.name === name);
  const known = (form) => fields.filter(([name]) => named(form, name).length).length;
  const [form] = [...document.querySelectorAll("form")].filter(fits).sort((one, other) => known(other) - known(one));
  if (!form) return null;

  const tell = (element) => {
    element.dispatchEvent(new Event("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const put = (element, value) => {
    const kind = element instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(element, value);
    tell(element);
  };
  const add = (name, value) => {
    const element = document.createElement("input");
    Object.assign(element, { type: "hidden", name, value });
    form.append(element);
  };
  const isButton = (one) => one instanceof HTMLButtonElement || ["submit", "image", "button"].includes(one.type);
  let submitter = null;
  for (const name of new Set(fields.map(([name]) => name))) {
    const values = fields.filter(([one]) => one === name).map(([, value]) => value);
    const found = named(form, name);
    const buttons = found.filter(isButton);
    submitter = buttons.find((one) => values.includes(one.value)) ?? submitter;
    const boxes = found.filter((one) => one.type === "checkbox" || one.type === "radio");
    for (const one of boxes) {
      const wants = values.includes(one.value);
      if (one.checked !== wants && (wants || one.type === "checkbox")) one.click();
    }
    const others = found.filter((one) => !buttons.includes(one) && !boxes.includes(one) && one.type !== "file");
    const picked = boxes.filter((one) => one.checked).map((one) => one.value);
    const left = buttons.length && !others.length ? [] : values.filter((value) => !picked.includes(value));
    left.forEach((value, number) => {
      const one = others[number];
      if (!one) add(name, value);
      else if (one instanceof HTMLSelectElement) {
        for (const option of one.options) option.selected = left.includes(option.value);
        tell(one);
      } else if (one.value !== value) put(one, value);
    });
  }
  form.removeAttribute("target");
  submitter ??= elementsOf(form).find((one) => one.type === "submit" && !one.name && !one.disabled) ?? null;
  const free = form.noValidate || (submitter && submitter.formNoValidate);
  const wrong = free ? [] : elementsOf(form).filter((one) => one.willValidate && !one.validity.valid);
  if (wrong.length) return wrong.map((one) => `${one.name}: ${one.validationMessage}`);
  setTimeout(() => HTMLFormElement.prototype.requestSubmit.call(form, submitter));
  return [];
}
"""

# Takes {url, method, headers, body, until, most, limit}; bodies are base64. Answers what came with the milliseconds
# from the request: {status, first, total, pieces: [[ms, base64]], truncated} or {error}.
FETCH = """
async ({url, method, headers, body, until, most, limit}) => {
  const bytes = body === null ? undefined : Uint8Array.from(atob(body), (one) => one.charCodeAt(0));
  const packed = (chunk) => {
    let text = "";
    for (let at = 0; at < chunk.length; at += 8192) text += String.fromCharCode(...chunk.subarray(at, at + 8192));
    return btoa(text);
  };
  const began = performance.now();
  try {
    const response = await fetch(url, { method, headers, body: bytes, credentials: "same-origin", cache: "no-store" });
    const first = performance.now() - began;
    const pieces = [];
    const words = new TextDecoder();
    let size = 0, tail = "", truncated = false;
    const reader = response.body?.getReader();
    while (reader) {
      const { value, done } = await reader.read();
      if (done) break;
      pieces.push([performance.now() - began, packed(value)]);
      size += value.length;
      const text = tail + words.decode(value, { stream: true });
      if (until !== null && text.includes(until)) { reader.cancel(); break; }
      tail = until === null ? "" : text.slice(-until.length);
      if (size > limit || pieces.length >= most) { truncated = true; reader.cancel(); break; }
    }
    return { status: response.status, first, total: performance.now() - began, pieces, truncated };
  } catch (error) {
    return { error: String(error) };
  }
}
"""

# Two frames: what the last answer changed has been drawn.
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
