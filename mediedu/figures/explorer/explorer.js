// What the live view and the static player share: controls, three panes, histogram, numbers, error line.
// The page around it may be JupyterLab, the book or a bare file; nothing is asked of it and nothing is fetched.

const NS = "http://www.w3.org/2000/svg";

function make(tag, parent, properties = {}, attributes = {}) {
  const node = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  parent?.append(node);
  return node;
}

function nearest(values, value) {
  let best = 0;
  values.forEach((v, i) => { if (Math.abs(v - value) < Math.abs(values[best] - value)) best = i; });
  return best;
}

// A slider or choice. `move(position)` is called when the learner changes it; `set(position)` changes it from outside.
function buildControl(spec, parent, move) {
  const row = make("div", parent);
  const id = `mediedu-${Math.random().toString(36).slice(2)}`;
  make("label", row, { textContent: spec.label, htmlFor: id });
  const input = make(spec.slider ? "input" : "select", row, { id, name: spec.name });
  const shown = make("span", row, {}, { "aria-hidden": "true" });
  let at = spec.start;
  let dragging = false;
  // Lab's command mode listens above us and would move between cells, or delete them, on these keys.
  input.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && event.key !== "Tab" && event.key !== "Escape") {
      event.stopPropagation();
    }
  });
  const set = (position) => {
    at = position;
    if (spec.slider) {
      input.value = spec.values[at];
      input.setAttribute("aria-valuetext", spec.texts[at]);
      shown.textContent = spec.texts[at];
    } else {
      input.selectedIndex = at;
    }
  };
  if (spec.slider) {
    Object.assign(input, { type: "range", min: spec.values[0], max: spec.values.at(-1), step: spec.step });
    input.disabled = spec.values.length < 2;
    input.addEventListener("pointerdown", () => { dragging = true; });
    for (const end of ["pointerup", "pointercancel", "change"]) {
      input.addEventListener(end, () => { dragging = false; });
    }
    input.addEventListener("input", () => {
      const value = Number(input.value);
      let next = nearest(spec.values, value);
      // A key moves by one step of the real range; where positions lie further apart it goes on to the next one.
      if (next === at && !dragging && value !== spec.values[at]) next += value > spec.values[at] ? 1 : -1;
      next = Math.min(Math.max(next, 0), spec.values.length - 1);
      const moved = next !== at;
      set(next);
      if (moved) move();
    });
  } else {
    spec.texts.forEach((text) => make("option", input, { textContent: text }));
    input.addEventListener("change", () => { at = input.selectedIndex; move(); });
  }
  set(at);
  return { set, get position() { return at; }, get text() { return `${spec.label} ${spec.texts[at]}`; } };
}

function histogramPath(counts, top, closed) {
  const points = counts.map((count, i) => {
    const y = (100 * (1 - Math.min(count / top, 1))).toFixed(1);
    return `${i} ${y}L${i + 1} ${y}`;
  });
  return closed ? `M0 100L${points.join("L")}L${counts.length} 100Z` : `M${points.join("L")}`;
}

// Build the explorer into `root`; `onMove(positions)` is called when a control moves.
function buildExplorer(root, spec, onMove) {
  root.classList.add("mediedu-explorer");
  const box = make("div", root, {}, { role: "group", "aria-label": spec.title });
  make("p", box, { className: "title", textContent: spec.title });
  const holder = make("div", box, { className: "controls" });
  const controls = spec.controls.map((control) => buildControl(control, holder, () => onMove(view.positions)));
  const panes = make("div", box, { className: spec.captions.length === 2 ? "panes two" : "panes" });
  const canvases = spec.captions.map((caption, i) => {
    const figure = make("figure", panes);
    const canvas = make("canvas", figure, { width: spec.columns, height: spec.rows }, { role: "img" });
    canvas.setAttribute("aria-label", i === 0 ? `${caption}. ${spec.alt}` : caption);
    if (spec.columns < 200) canvas.className = "small";
    make("figcaption", figure, { textContent: caption });
    return canvas;
  });

  const chart = make("figure", panes, { className: "histogram" });
  const svg = document.createElementNS(NS, "svg");
  for (const [name, value] of Object.entries({
    viewBox: `0 0 ${spec.bins} 100`, preserveAspectRatio: "none", role: "img",
    "aria-label": "Histogram of the original and of the result",
  })) svg.setAttribute(name, value);
  const [before, after] = ["original", "result"].map((name) => {
    const path = document.createElementNS(NS, "path");
    path.setAttribute("class", name);
    svg.append(path);
    return path;
  });
  chart.append(svg);
  const caption = make("figcaption", chart);
  const axis = make("div", caption, { className: "axis" });
  spec.axis.forEach((text) => make("span", axis, { textContent: text }));
  const legend = make("div", caption);
  make("span", legend, { className: "key original" }, { "aria-hidden": "true" });
  legend.append(" original\u2003");
  make("span", legend, { className: "key result" }, { "aria-hidden": "true" });
  legend.append(spec.mask ? " marked" : " result");

  // One live region: it says “working…” when a result takes long, else the numbers.
  const numbers = make("p", box, { className: "numbers" }, { "aria-live": "polite" });
  const error = make("p", box, { className: "error" }, { role: "alert" });
  let timer = 0;

  const say = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  const settle = () => {
    clearTimeout(timer);
    timer = 0;
    numbers.removeAttribute("data-stale");
  };
  const view = {
    canvases,
    get positions() { return controls.map((control) => control.position); },
    setPositions(positions) { positions.forEach((at, i) => controls[i].set(at)); },
    stale() {
      root.setAttribute("data-stale", "");
      numbers.setAttribute("data-stale", "");
      panes.setAttribute("aria-busy", "true");
      if (!timer) timer = setTimeout(() => say(numbers, "working…"), 250);
    },
    fresh() {
      root.removeAttribute("data-stale");
      panes.removeAttribute("aria-busy");
    },
    histogram(original, result) {
      // The two end bins hold the background and what was clipped; they may run out of the picture.
      const top = Math.max(1, ...original.slice(1, -1), ...result.slice(1, -1)) * 1.05;
      before.setAttribute("d", histogramPath(original, top, true));
      after.setAttribute("d", histogramPath(result, top, false));
    },
    name() {
      const where = controls.map((control) => control.text).join(", ");
      canvases.slice(1).forEach((c, i) => c.setAttribute("aria-label", `${spec.captions[i + 1]}, ${where}`));
    },
    numbers(text) { settle(); say(error, ""); say(numbers, text); },
    fail(text) {
      settle();
      panes.removeAttribute("aria-busy");
      say(numbers, "");
      say(error, text);
    },
  };
  return view;
}
