// Decides how the table by department looks as bars: the table itself is the data, so both always say the same.
(() => {
  "use strict";
  const place = document.getElementById("chart");
  if (!place) return;
  const LIGHTS = { red: "#a8201a", yellow: "#e09a1a", green: "#2f8a55", grey: "#7b8794" };
  const DECALS = {
    red: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: 0.78 },
    yellow: { symbol: "triangle", symbolSize: 0.8, dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0] },
    green: { symbol: "none" },
    grey: { symbol: "rect", dashArrayX: [2, 5], dashArrayY: [1, 0] },
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const chart = echarts.init(place, null, { renderer: "svg" });
  const MOST = 12;

  const draw = () => {
    const rows = [...document.querySelectorAll("#departments tbody tr")].slice(0, MOST).reverse();
    chart.setOption({
      animation: !still,
      animationDuration: 300,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      aria: { enabled: false },
      grid: { left: 8, right: 24, top: 36, bottom: 8, containLabel: true },
      legend: { top: 6, itemHeight: 14, textStyle: { color: "#1b2530", fontSize: 13 } },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
      xAxis: { type: "value", minInterval: 1, axisLabel: { color: "#4c5967" } },
      yAxis: { type: "category", data: rows.map((row) => row.dataset.department), axisLabel: { color: "#1b2530", fontSize: 13, width: 150, overflow: "truncate" }, axisTick: { show: false } },
      series: Object.keys(LIGHTS).map((light) => ({
        name: place.dataset[light],
        type: "bar",
        stack: "lines",
        barMaxWidth: 22,
        color: LIGHTS[light],
        itemStyle: { decal: { color: "rgba(255,255,255,.45)", ...DECALS[light] } },
        data: rows.map((row) => Number(row.dataset[light])),
      })),
    });
  };

  draw();
  addEventListener("resize", () => chart.resize());
  document.addEventListener("htmx:afterSettle", draw);
  document.addEventListener("htmx:oobAfterSwap", draw);
})();
