// The one search box: results while typing, arrows to walk them, Esc to leave.
const box = document.getElementById("find");
const found = document.getElementById("found");

if (box && found) {
  const show = (on) => {
    found.hidden = !on;
  };
  const links = () => [...found.querySelectorAll("a[href]")];

  found.addEventListener("htmx:afterSwap", () => show(box.value.trim() !== "" && found.childElementCount > 0));
  box.addEventListener("input", () => {
    if (!box.value.trim()) show(false);
  });
  box.addEventListener("focus", () => show(box.value.trim() !== "" && found.childElementCount > 0));

  box.form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      show(false);
      box.value = "";
      box.focus();
      box.blur();
      return;
    }
    if (event.key === "Enter" && event.target === box && !found.hidden && links().length) {
      event.preventDefault();
      links()[0].click();
      return;
    }
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const stops = [box, ...links()];
    const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    stops[(next + stops.length) % stops.length].focus();
    event.preventDefault();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!box.form.contains(event.target)) show(false);
  });
  box.form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.form.contains(event.relatedTarget)) show(false);
  });
}
