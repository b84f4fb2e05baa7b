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

export function start(form) {
  results(form);
  times(form);
  number(form);
}
