"use strict";
// The page's behaviour, in three files that the report joins to one script: this one has the theme and the charts' values
// under the pointer, viewer.js shows one task, gallery.js lists the tasks. Text of the run reaches the document through
// text nodes only.

const data = JSON.parse(document.getElementById("data").textContent);

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

// -- theme ---------------------------------------------------------------------------------------------------------------

function setUpTheme() {
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (document.documentElement.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const tell = () => {
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Use the ${dark() ? "light" : "dark"} theme`);
  };
  const stored = remembered("report-theme");
  if (stored === "dark" || stored === "light") document.documentElement.dataset.theme = stored;
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    remember("report-theme", document.documentElement.dataset.theme);
    tell();
  });
  system.addEventListener("change", tell);
  button.hidden = false;
  tell();
}

function remembered(key) {
  try { return localStorage.getItem(key); } catch { return null; } // files may have no storage
}

function remember(key, value) {
  try { localStorage.setItem(key, value); } catch { /* then the choice lasts as long as the page */ }
}

// -- charts --------------------------------------------------------------------------------------------------------------

function setUpChart(figure) {
  const svg = figure.querySelector("svg");
  const cursor = figure.querySelector(".cursor");
  const output = figure.querySelector("output");
  const points = [...figure.querySelectorAll(".raw")].flatMap((line) => {
    const { stage, values } = line.nextElementSibling.dataset;
    const told = values.split(" ").map((pair) => pair.split(":"));
    return line.getAttribute("points").split(" ").map((pair, i) =>
      ({ x: Number(pair.split(",")[0]), stage, step: told[i][0], value: told[i][1] }));
  });
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
    const nearest = points.reduce((best, point) => Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best);
    cursor.setAttribute("x1", nearest.x);
    cursor.setAttribute("x2", nearest.x);
    cursor.setAttribute("visibility", "visible");
    output.textContent = `${nearest.stage}, step ${nearest.step}: ${Number(nearest.value).toPrecision(3)}`;
  });
  svg.addEventListener("pointerleave", () => {
    cursor.setAttribute("visibility", "hidden");
    output.textContent = "";
  });
}

setUpTheme();
document.querySelectorAll(".chart").forEach(setUpChart);
