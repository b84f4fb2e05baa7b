// The callback desk: a result was chosen by key or finger, so the next thing is what was said; Enter in it saves.
const NEEDS_TIME = new Set(["LATER", "BOOKED"]);
const STEP = { LATER: "CALL", BOOKED: "BOOK" };

export function start(form) {
  form.addEventListener("change", (event) => {
    if (event.target.name !== "result") return;
    const step = form.elements.next_step;
    if (step && STEP[event.target.value]) step.value = STEP[event.target.value];
    const next =
      NEEDS_TIME.has(event.target.value) && !form.elements.next_at.value ? form.elements.next_at : form.elements.said;
    next.focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.name === "next_at") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
