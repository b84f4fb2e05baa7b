// The register's keys work while one types: F1 walk-in, F2 call-in, Esc clears the line.
export function start(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const name of ["phone", "name"]) form.elements[name].value = "";
      form.querySelector("#known").replaceChildren();
      form.elements.phone.focus();
      event.preventDefault();
      event.stopPropagation();
    }
  });
  document.addEventListener("keydown", (event) => {
    const choice = form.isConnected && form.querySelector(`[data-press="${event.key.toLowerCase()}"]`);
    if (!choice || document.querySelector("dialog[open]")) return;
    choice.checked = true;
    form.elements.phone.focus();
    event.preventDefault();
  });
}
