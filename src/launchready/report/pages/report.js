// A Copy button beside each remedy, and every fold open on paper. Without this the page is whole: a click selects a remedy.
const told = document.querySelector("[role=status]");

async function copy(text, block) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection().selectAllChildren(block);
    return document.execCommand("copy");
  }
  return true;
}

for (const block of document.querySelectorAll("figure pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${block.getAttribute("aria-label")}`);
  button.addEventListener("click", async () => {
    const copied = await copy(block.textContent, block);
    button.textContent = told.textContent = copied ? "Copied" : "Select it and copy by hand";
    setTimeout(() => { button.textContent = "Copy"; told.textContent = ""; }, 2000);
  });
  block.previousElementSibling.append(button);
  block.removeAttribute("tabindex");
}

let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const fold of opened) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of opened) fold.open = false;
});
