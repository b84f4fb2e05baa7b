// The keyboard. Letters act only outside fields; what a page offers stands in data-key on the button that the key presses.
const typing = (element) =>
  element instanceof Element &&
  element.closest("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]");
let waitingForSecond = 0;

const byKey = (key) =>
  [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key.toLowerCase() === key && element.offsetParent !== null && !element.disabled,
  );

// --- rows: J, K, Enter --------------------------------------------------------------------------------------------
const stop = (row) => row.querySelector("a[href]") ?? row.querySelector("button");
const rows = () => [...document.querySelectorAll("[data-rows] tbody tr, [data-rows] [data-row]")].filter(stop);

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const here = all.findIndex((row) => row.classList.contains("at"));
  const next = all[Math.max(0, Math.min(all.length - 1, here === -1 ? 0 : here + step))];
  all[here]?.classList.remove("at");
  next.classList.add("at");
  stop(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

// --- the list under "?" -------------------------------------------------------------------------------------------
function fillDialog(dialog) {
  const section = dialog.querySelector("[data-page-keys]");
  const list = section?.querySelector("dl");
  if (!list) return;
  list.replaceChildren(
    ...[...document.querySelectorAll("[data-key][data-key-label]")].map((element) => {
      const line = document.createElement("div");
      const term = document.createElement("dt");
      const key = document.createElement("kbd");
      const says = document.createElement("dd");
      key.className = "kbd";
      key.textContent =
        element.dataset.key.length > 1
          ? element.dataset.key.replace("escape", "Esc")
          : element.dataset.key.toUpperCase();
      says.textContent = element.dataset.keyLabel;
      term.append(key);
      line.append(term, says);
      return line;
    }),
  );
  section.hidden = !list.children.length;
}

const go = { h: "a.seal", w: "a.due-bell" };

function letter(key) {
  if (waitingForSecond && go[key]) {
    document.querySelector(go[key])?.click();
    return true;
  }
  clearTimeout(waitingForSecond);
  waitingForSecond = 0;
  if (key === "g") {
    waitingForSecond = setTimeout(() => {
      waitingForSecond = 0;
    }, 1200);
    return true;
  }
  if (key === "/") {
    document.getElementById("find")?.focus();
    return true;
  }
  if (key === "?") {
    const dialog = document.getElementById("keys-dialog");
    if (dialog && !dialog.open) {
      fillDialog(dialog);
      dialog.tabIndex = -1;
      dialog.showModal();
      dialog.focus();
    }
    return true;
  }
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  const button = byKey(key);
  button?.click();
  return Boolean(button);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (typing(event.target)) event.target.blur();
    else if (!document.querySelector(":popover-open")) byKey("escape")?.click();
    return;
  }
  if (typing(event.target)) return;
  if (letter(event.key.toLowerCase())) event.preventDefault();
});

document.addEventListener(
  "click",
  (event) => {
    if (event.target instanceof Element && event.target.closest('[data-dialog="keys-dialog"]'))
      fillDialog(document.getElementById("keys-dialog"));
  },
  true,
);
