// A board: a card is dragged to another column (or moved by its menu); the server decides, a refused card goes back.
export async function start(board) {
  if (!board.dataset.library) return;
  await import(board.dataset.library);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const column of board.querySelectorAll("[data-column]")) {
    globalThis.Sortable.create(column, {
      group: board.id,
      draggable: "[data-move]",
      animation: calm ? 0 : 120,
      delay: 180,
      delayOnTouchOnly: true,
      filter: "a, button",
      preventOnFilter: false,
      onEnd(event) {
        if (event.from === event.to) return;
        const card = event.item;
        const back = () => event.from.insertBefore(card, event.from.children[event.oldIndex] ?? null);
        const done = (answer) => {
          if (answer.detail.elt !== board) return;
          board.removeEventListener("htmx:afterRequest", done);
          if (!answer.detail.successful) back();
        };
        board.addEventListener("htmx:afterRequest", done);
        globalThis.htmx.ajax("POST", card.dataset.move, {
          source: board,
          target: board,
          swap: "none",
          values: { to: event.to.dataset.column },
        });
      },
    });
  }
  // a live refresh waits while a card is in the hand or a menu is open
  board.addEventListener("htmx:beforeSwap", (event) => {
    if (board.querySelector(".sortable-chosen") || document.querySelector(":popover-open"))
      event.detail.shouldSwap = false;
  });
}
