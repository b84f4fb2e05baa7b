// The callback desk by keys alone: a result by its number, a time by its letter, the number by N; Enter in what was said saves.
const STEP = { LATER: "CALL", INTERESTED: "CALL", BOOKED: "BOOK" };

function results(form) {
  form.addEventListener("change", (event) => {
    if (event.target.name !== "result") return;
    const step = form.elements.next_step;
    if (step && STEP[event.target.value]) step.value = STEP[event.target.value];
    // Put off: the next key is a time (H, T, M, or A for another), so nothing is being typed yet.
    if (["LATER", "INTERESTED"].includes(event.target.value) && !form.elements.next_at.value) event.target.focus();
    else form.elements.said.focus();
  });
  // While the other results are open the digits are theirs.
  const others = form.querySelector("details");
  const digits = [...form.querySelectorAll(".keys [data-key]")].map((label) => [label, label.dataset.key]);
  const share = () => {
    for (const [label, key] of digits) {
      if (others.open) delete label.dataset.key;
      else label.dataset.key = key;
    }
  };
  others.addEventListener("toggle", share);
  share();
}

function times(form) {
  form.addEventListener("click", (event) => {
    const quick = event.target.closest("[data-quick]");
    if (!quick) return;
    form.elements.next_at.value = quick.dataset.quick;
    const chosen = form.querySelector("[name=result]:checked");
    const later = form.querySelector("[name=result][value=LATER]");
    if (!chosen && later) later.checked = true;
    if (!chosen && form.elements.next_step) form.elements.next_step.value = STEP.LATER;
    form.elements.said.focus();
  });
  form.elements.next_at.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.requestSubmit();
  });
}

// N shows the number (which is logged, and limited); the number then stands under the same key, which dials it.
function number(form) {
  const head = document.getElementById("call-title");
  const label = form.dataset.numberKey;
  const key = () => {
    const button = head?.querySelector("a[href^='tel:'], button");
    if (!button || button.dataset.key) return;
    button.dataset.key = "n";
    button.dataset.keyLabel = label;
  };
  key();
  document.addEventListener("htmx:afterSettle", key);
}

// P begins the questions; a digit answers and goes on to the next. A 1 of ten waits for its 0, or for whatever comes instead.
function scales(form) {
  const all = [...form.querySelectorAll("[data-scale]")];
  const stop = (scale) => scale.querySelector("input:checked") ?? scale.querySelector("input");
  const option = (scale, value) => scale.querySelector(`input[value="${value}"]`);
  const go = (scale) => {
    const next = all[all.indexOf(scale) + 1];
    if (next) stop(next).focus();
    else document.activeElement.blur();
  };
  for (const heading of form.querySelectorAll("[data-scales][data-key]"))
    heading.addEventListener("click", () => stop(all[0]).focus());
  let one = null;
  for (const scale of all) {
    scale.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
      let here = scale;
      const ten = one === scale && event.key === "0";
      if (one === scale && !ten) {
        here = all[all.indexOf(scale) + 1] ?? scale;
      }
      one = null;
      const chosen = option(here, ten ? "10" : event.key);
      event.preventDefault();
      event.stopPropagation();
      if (!chosen) return;
      chosen.checked = true;
      chosen.dispatchEvent(new Event("change", { bubbles: true }));
      chosen.focus();
      if (event.key === "1" && option(here, "10")) one = here;
      else go(here);
    });
  }
}

export function start(form) {
  scales(form);
  results(form);
  times(form);
  number(form);
}
