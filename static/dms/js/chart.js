// A chart in the house's hand. The library is fetched only by a page that has one; colours and font come from the tokens.
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function option(data) {
  const ink = token("--c-ink"), muted = token("--c-ink-3"), line = token("--c-line"), accent = token("--c-accent");
  const looks = {
    actual: { color: accent, lineStyle: { width: 2.2 }, areaStyle: data.kind === "line" ? { color: token("--c-soft"), opacity: 0.8 } : undefined },
    plan: { color: token("--s-idle-dot"), lineStyle: { width: 1.5, type: "dashed" } },
    projection: { color: accent, lineStyle: { width: 1.6, type: "dotted" } },
    past: { color: token("--c-line-2") },
    done: { color: token("--s-done-dot") }, run: { color: token("--s-run-dot") }, wait: { color: token("--s-wait-dot") },
    late: { color: token("--s-late-dot") }, ask: { color: token("--s-ask-dot") }, idle: { color: token("--s-idle-dot") },
  };
  const text = { fontFamily: token("--f-sans") || getComputedStyle(document.body).fontFamily, fontSize: 12, color: muted };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 160,
    textStyle: text,
    grid: { left: 4, right: data.kind === "line" ? 44 : 8, top: 14, bottom: 2, containLabel: true },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: token("--c-surface"), borderColor: line,
      textStyle: { ...text, color: ink }, axisPointer: { lineStyle: { color: token("--c-line-2") }, shadowStyle: { color: token("--c-hover") } },
      valueFormatter: (value) => (value == null ? "–" : `${Number(value).toLocaleString("en")}${data.unit ? ` ${data.unit}` : ""}`),
    },
    xAxis: { type: "category", data: data.labels, boundaryGap: data.kind === "bar", axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { ...text, hideOverlap: true } },
    yAxis: { type: "value", splitNumber: 3, axisLabel: text, splitLine: { lineStyle: { color: line } } },
    series: data.series.map((series) => {
      const look = looks[series.look] ?? looks.actual;
      return {
        name: series.name, type: data.kind, data: data.kind === "bar" && series.look === "actual" ? series.values.map((value, index) => (index === series.values.length - 1 ? value : { value, itemStyle: { color: looks.past.color } })) : series.values, symbol: "circle", symbolSize: 6, showSymbol: false,
        itemStyle: { color: look.color, borderRadius: data.kind === "bar" ? [2, 2, 0, 0] : 0 },
        lineStyle: { color: look.color, ...look.lineStyle }, areaStyle: look.areaStyle, barMaxWidth: 28,
        endLabel: data.kind === "line" ? { show: true, color: series.look === "plan" ? muted : ink, fontFamily: text.fontFamily, formatter: (point) => `${point.value ?? ""}` } : undefined,
      };
    }),
  };
}

export async function start(piece) {
  await import(piece.dataset.library);
  const data = JSON.parse(piece.querySelector("script[type='application/json']").textContent);
  const chart = globalThis.echarts.init(piece.querySelector(".chart-plot"));
  const draw = () => chart.setOption(option(data), { notMerge: true });
  draw();
  new ResizeObserver(() => chart.resize()).observe(piece);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  if (data.url) chart.on("click", (point) => { location.href = `${data.url}${encodeURIComponent(data.keys?.[point.dataIndex] ?? point.name)}`; });
  piece.dataset.drawn = "1";
}
