// A signature by pen, finger or mouse into a PNG field; typing the name is the keyboard's way to the same consent.
export function start(pad) {
  const canvas = pad.querySelector("canvas");
  const field = pad.querySelector("[data-png]");
  const area = canvas.parentElement;
  const pen = canvas.getContext("2d");
  const strokes = [];
  let stroke = null;

  function paint() {
    const ratio = Math.max(1, devicePixelRatio);
    const width = canvas.clientWidth,
      height = canvas.clientHeight;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    pen.scale(ratio, ratio);
    pen.lineWidth = 2.4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#1b2327"; // ink on white paper, in both themes: it is printed
    for (const points of strokes) draw(points);
  }

  function draw(points) {
    pen.beginPath();
    pen.moveTo(points[0][0], points[0][1]);
    if (points.length === 1) pen.lineTo(points[0][0] + 0.1, points[0][1]);
    for (let i = 1; i < points.length; i += 1) {
      const [x0, y0] = points[i - 1],
        [x1, y1] = points[i];
      pen.quadraticCurveTo(x0, y0, (x0 + x1) / 2, (y0 + y1) / 2);
    }
    pen.stroke();
  }

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  function keep() {
    area.classList.toggle("signed", strokes.length > 0);
    field.value = strokes.length ? canvas.toDataURL("image/png") : "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    stroke = [at(event)];
    strokes.push(stroke);
    draw(stroke);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) stroke.push(at(one));
    draw(stroke.slice(-4));
  });
  const end = () => {
    if (stroke) {
      stroke = null;
      paint();
      keep();
    }
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  pad.querySelector("[data-clear]").addEventListener("click", () => {
    strokes.length = 0;
    paint();
    keep();
  });
  new ResizeObserver(paint).observe(canvas);
}
