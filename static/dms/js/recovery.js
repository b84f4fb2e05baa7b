// The page of the recovery codes: copy all, or print them.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const codes = document.getElementById(button.dataset.copy);
    codes.select();
    await navigator.clipboard?.writeText(codes.value);
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
