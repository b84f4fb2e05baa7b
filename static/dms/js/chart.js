// A chart in the house's hand. The library is fetched only by a page that has one; colours and font come from the tokens.
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function looksOf(kind) {
  const accent = token("--c-accent");
  const area = { color: token("--c-soft"), opacity: 0.8 };
  return {
    actual: { color: accent, lineStyle: { width: 2.2 }, areaStyle: kind === "line" ? area : undefined },
    plan: { color: token("--s-idle-dot"), lineStyle: { width: 1.5, type: "dashed" } },
    projection: { color: accent, lineStyle: { width: 1.6, type: "dotted" } },
    done: { color: token("--s-done-dot") },
    run: { color: token("--s-run-dot") },
    wait: { color: token("--s-wait-dot") },
    late: { color: token("--s-late-dot") },
    ask: { color: token("--s-ask-dot") },
    idle: { color: token("--s-idle-dot") },
  };
}

// Of bars the last one is now: those before it stand back.
function barsOf(series) {
  const past = { color: token("--c-line-2") };
  const last = series.values.length - 1;
  return series.values.map((value, index) => (index === last ? value : { value, itemStyle: past }));
}

function lineOf(series, look, text) {
  const color = token(series.look === "plan" ? "--c-ink-3" : "--c-ink");
  return {
    type: "line",
    data: series.values,
    symbol: "circle",
    symbolSize: 6,
    showSymbol: false,
    itemStyle: { color: look.color },
    lineStyle: { color: look.color, ...look.lineStyle },
    areaStyle: look.areaStyle,
    endLabel: { show: true, color, fontFamily: text.fontFamily, formatter: (point) => `${point.value ?? ""}` },
  };
}

function barOf(series, look) {
  return {
    type: "bar",
    data: series.look === "actual" ? barsOf(series) : series.values,
    itemStyle: { color: look.color, borderRadius: [2, 2, 0, 0] },
    barMaxWidth: 28,
  };
}

function tooltipOf(text, unit) {
  const words = (value) => `${Number(value).toLocaleString("en")}${unit ? ` ${unit}` : ""}`;
  return {
    trigger: "axis",
    renderMode: "richText",
    confine: true,
    backgroundColor: token("--c-surface"),
    borderColor: token("--c-line"),
    textStyle: { ...text, color: token("--c-ink") },
    axisPointer: { lineStyle: { color: token("--c-line-2") }, shadowStyle: { color: token("--c-hover") } },
    valueFormatter: (value) => (value == null ? "–" : words(value)),
  };
}

function axesOf(data, text) {
  const line = { lineStyle: { color: token("--c-line") } };
  return {
    xAxis: {
      type: "category",
      data: data.labels,
      boundaryGap: data.kind === "bar",
      axisTick: { show: false },
      axisLine: line,
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: { type: "value", splitNumber: 3, axisLabel: text, splitLine: line },
  };
}

function option(data) {
  const fontFamily = token("--f-sans") || getComputedStyle(document.body).fontFamily;
  const text = { fontFamily, fontSize: 12, color: token("--c-ink-3") };
  const looks = looksOf(data.kind);
  const drawn = data.kind === "line" ? lineOf : barOf;
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 160,
    textStyle: text,
    grid: { left: 4, right: data.kind === "line" ? 44 : 8, top: 14, bottom: 2, containLabel: true },
    tooltip: tooltipOf(text, data.unit),
    ...axesOf(data, text),
    series: data.series.map((series) => ({
      name: series.name,
      ...drawn(series, looks[series.look] ?? looks.actual, text),
    })),
  };
}

export async function start(piece) {
  await import(piece.dataset.library);
  const data = JSON.parse(piece.querySelector("script[type='application/json']").textContent);
  const chart = globalThis.echarts.init(piece.querySelector(".chart-plot"));
  const draw = () => chart.setOption(option(data), { notMerge: true });
  draw();
  new ResizeObserver(() => chart.resize()).observe(piece);
  new MutationObserver(draw).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-bs-theme"],
  });
  if (data.url) {
    chart.on("click", (point) => {
      location.href = `${data.url}${encodeURIComponent(data.keys?.[point.dataIndex] ?? point.name)}`;
    });
  }
  piece.dataset.drawn = "1";
}
