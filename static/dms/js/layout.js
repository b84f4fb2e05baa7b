// The frame: menus placed at their button, dialogs, toasts, and the loader of pieces that bring a module of their own.

// --- menus: native popovers; only their place is ours ------------------------------------------------------------
function place(menu, button) {
  const at = button.getBoundingClientRect();
  const gap = 6,
    edge = 8;
  const end = menu.classList.contains("menu-end");
  const left = end ? at.right - menu.offsetWidth : at.left;
  const below = at.bottom + gap;
  const fits = below + menu.offsetHeight + edge <= innerHeight;
  menu.style.left = `${Math.max(edge, Math.min(left, innerWidth - menu.offsetWidth - edge))}px`;
  menu.style.top = `${fits ? below : Math.max(edge, at.top - gap - menu.offsetHeight)}px`;
}

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.classList.contains("menu")) return;
    const button = document.querySelector(`[popovertarget="${menu.id}"]`);
    button?.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState === "open" && button) place(menu, button);
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const menu = event.target instanceof Element ? event.target.closest(".menu") : null;
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const items = [...menu.querySelectorAll("a, button")].filter((item) => item.offsetParent !== null);
  const next = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  items[(next + items.length) % items.length]?.focus();
  event.preventDefault();
});

addEventListener("scroll", () => document.querySelector(".menu:popover-open")?.hidePopover(), { passive: true });

// --- dialogs and sheets: <button data-dialog="id">, <button data-close> -------------------------------------------
function openDialog(dialog) {
  if (!dialog) return;
  dialog.tabIndex = -1;
  dialog.showModal();
  (dialog.querySelector("input:not([type=hidden]), textarea, select") ?? dialog).focus();
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    opener.closest(".menu")?.hidePopover?.();
    openDialog(document.getElementById(opener.dataset.dialog));
    return;
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close(); // the backdrop
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]")?.remove();
});

// the one dialog that htmx fills with a form: open as long as it has something to show
document.body.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target;
  if (dialog.id !== "dialog" || !dialog.firstElementChild) return;
  if (!dialog.open) openDialog(dialog);
});
document.getElementById("dialog")?.addEventListener("close", (event) => event.target.replaceChildren());

// --- toasts -------------------------------------------------------------------------------------------------------
const SECONDS = 6;
const toasts = document.getElementById("toasts");

function leaveLater(toast) {
  if (toast.matches(".toast-error, .toast-warning")) return;
  let timer = setTimeout(() => toast.remove(), SECONDS * 1000);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => {
    timer = setTimeout(() => toast.remove(), 2000);
  });
}

export function toast(text, good = true) {
  const template = document.getElementById(good ? "toast-good" : "toast-bad");
  if (!template || !toasts || !text) return;
  const made = template.content.firstElementChild.cloneNode(true);
  made.querySelector("p").textContent = text;
  toasts.append(made);
  leaveLater(made);
}

toasts?.querySelectorAll("[data-toast]").forEach(leaveLater);
const words = document.getElementById("toast-bad")?.dataset ?? {};

document.body.addEventListener("toast", (event) => {
  const { text = event.detail.value, level = "success" } = event.detail;
  toast(text, !["error", "warning"].includes(level));
});
document.body.addEventListener("htmx:sendError", () => toast(words.offline, false));
document.body.addEventListener("htmx:responseError", (event) => {
  const denied = event.detail.xhr.status === 403;
  toast(denied ? words.denied : words.failed, false);
});

// --- pieces with a module: <div data-module="/static/dms/js/signature.js"> -----------------------------------------
function startModules(root) {
  const found = root.matches?.("[data-module]") ? [root] : [];
  for (const element of [...found, ...root.querySelectorAll("[data-module]")]) {
    if (element.dataset.started) continue;
    element.dataset.started = "1";
    import(element.dataset.module).then((module) => module.start(element));
  }
}
startModules(document.body);
document.body.addEventListener("htmx:load", (event) => startModules(event.detail.elt));

// --- a table wider than its card scrolls inside it; the others let their head stay with the page ---------------------
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const box = target.parentElement;
    box?.classList.toggle("table-over", target.offsetWidth > box.clientWidth + 1);
  }
});
function watchWidths(root) {
  for (const table of root.querySelectorAll(".table-scroll > table")) widths.observe(table);
}
watchWidths(document.body);
document.body.addEventListener("htmx:load", (event) => watchWidths(event.detail.elt.parentElement ?? document.body));

// the tab of this page is in sight when the tabs scroll sideways
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
