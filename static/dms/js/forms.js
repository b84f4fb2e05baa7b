// Forms: one press saves once, a refused form shows where, leaving a half-filled form asks first.
// not form.method: that is the field of this name where a form has one
const isPost = (form) => form.getAttribute("method") === "post" || form.hasAttribute("hx-post");
const buttons = (form) => form.querySelectorAll("button:not([type=button]), input[type=submit]");

function busy(form, on) {
  for (const button of buttons(form)) {
    button.disabled = on;
    if (on) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
  const state = form.querySelector(".form-state");
  if (state) state.textContent = on ? state.dataset.saving : "";
}

// A plain post: the button that was pressed must still be sent, so it is switched off after the browser has read the form.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!isPost(form) || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.hasAttribute("hx-post")) return;
  form.dataset.sent = "1";
  delete form.dataset.dirty;
  setTimeout(() => busy(form, true));
  // a paper opens in a window of its own: back here, the page says what was done meanwhile
  if (form.target === "_blank") addEventListener("focus", () => location.reload(), { once: true });
});
addEventListener("pageshow", () =>
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    busy(form, false);
  }),
);

// Only what sends the form holds it back: a look-up from one of its fields is no sending.
const formOf = (event) =>
  event.target instanceof Element && event.detail.requestConfig?.verb === "post"
    ? event.target.closest("form[hx-post], form:has([hx-post])")
    : null;
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = formOf(event);
  if (!form || !isPost(form)) return;
  form.dataset.sent = "1";
  busy(form, true);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = formOf(event);
  if (!form?.dataset.sent) return;
  delete form.dataset.sent;
  if (event.detail.successful) delete form.dataset.dirty;
  busy(form, false);
});

// what is refused in a dialog is said there: it stays open with what was typed
document.addEventListener("htmx:beforeSwap", (event) => {
  const dialog = event.detail.requestConfig?.elt.closest("dialog[open]");
  if (!dialog || event.detail.xhr.status !== 409) return;
  let said = dialog.querySelector(".dialog-said");
  if (!said) {
    said = document.createElement("div");
    said.className = "dialog-said";
    dialog.querySelector(".dialog-body").prepend(said);
  }
  event.detail.target = said;
  event.detail.swapOverride = "innerHTML";
});

// the summary of a refused form takes the focus, so that it is read out and its links are at hand
const focusSummary = (root) => root.querySelector?.("form [data-focus]")?.focus();
focusSummary(document);
document.body.addEventListener("htmx:load", (event) => focusSummary(event.detail.elt));

// an address says only what was asked for: filters left empty stay out of it (q stays: a form was sent)
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get" || !event.target.matches?.("form.list-tools")) return;
  for (const name of [...event.detail.formData.keys()]) {
    if (name !== "q" && event.detail.formData.getAll(name).every((value) => value === ""))
      event.detail.formData.delete(name);
  }
});

// a half-filled page form is not lost by a slip
document.addEventListener("input", (event) => {
  const form = event.target instanceof Element ? event.target.closest("form[data-guard]") : null;
  if (form) form.dataset.dirty = "1";
});
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty]:not([data-sent])")) event.preventDefault();
});

// Enter makes a new line in a text of several lines; Ctrl+Enter sends the form from there
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target instanceof HTMLTextAreaElement ? event.target.form : null;
  if (!form || !isPost(form)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.btn-primary:not([type=button]):not([disabled])") ?? undefined);
});

// A link to another page about the same thing (<a data-carry>) takes along what was typed: there, fields of the same name get
// it, or of another name (data-carry="what:note"). It stays in this tab, and is used once.
const CARRIED = "dms-carried";
const carries = (field) =>
  field.name &&
  field.name !== "csrfmiddlewaretoken" &&
  !["hidden", "password", "file", "radio", "checkbox"].includes(field.type);
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-carry]") : null;
  const form = link && document.querySelector("form[data-guard]");
  if (!form) return;
  const names = Object.fromEntries(link.dataset.carry.split(" ").map((pair) => pair.split(":")));
  const typed = [...form.elements]
    .filter((field) => carries(field) && field.value && field.value !== field.defaultValue)
    .map((field) => [names[field.name] ?? field.name, field.value]);
  sessionStorage.setItem(CARRIED, JSON.stringify({ path: new URL(link.href).pathname, typed }));
  delete form.dataset.dirty;
});
function bringIn() {
  const carried = JSON.parse(sessionStorage.getItem(CARRIED) ?? "null");
  if (carried?.path !== location.pathname) return;
  sessionStorage.removeItem(CARRIED);
  const form = document.querySelector("form[data-guard]");
  for (const [name, value] of carried.typed) {
    const field = form?.elements[name];
    if (!(field instanceof HTMLElement) || !carries(field)) continue;
    field.value = value;
    form.dataset.dirty = "1";
  }
}
bringIn();

// a select or radio that acts at once: <select data-submit>
document.addEventListener("change", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-submit]")) event.target.form?.requestSubmit();
});
