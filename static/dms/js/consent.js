// The sum of what the customer agrees to follows the ticks. Without script a button counts it on the server.
const yuan = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export function start(card) {
  const boxes = [...card.querySelectorAll("[data-amount]")];
  function count() {
    const chosen = boxes.filter((box) => box.checked);
    for (const place of card.querySelectorAll("[data-sum]")) {
      const counted = chosen.filter((box) => place.dataset.sum === "all" || box.dataset.payer === place.dataset.sum);
      const fen = counted.reduce((sum, box) => sum + Math.round(Number(box.dataset.amount) * 100), 0);
      place.textContent = `¥${yuan.format(fen / 100)}`;
    }
  }
  if (!boxes.length) return;
  card.addEventListener("change", count);
  count(); // a browser that comes back keeps its ticks
}
