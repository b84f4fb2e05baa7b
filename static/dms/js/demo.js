// The demo sign-ins: a press fills name and password, so that Enter or one more press goes in.
const list = document.querySelector(".login-demo");
const form = list?.closest("form");

list?.addEventListener("click", (event) => {
  const chip = event.target instanceof Element ? event.target.closest("[data-name]") : null;
  if (!chip) return;
  form.elements.username.value = chip.dataset.name;
  form.elements.password.value = list.dataset.password;
  for (const one of list.querySelectorAll("[data-name]")) one.setAttribute("aria-pressed", String(one === chip));
  form.querySelector("button[type=submit]").focus();
});
