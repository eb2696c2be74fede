/* Builds a section per run, and ties keys and mouse to its chart. */
"use strict";

const FATE_TEXT = {
  living: "alive when the log ends",
  reaped: "reaped",
  zombie: "never reaped: a zombie to the end",
  gone: "left to the kernel or to init",
  unknown: "dead; the log does not tell what then",
};

class RunSection {
  constructor(run, fates, number) {
    this.run = run;
    this.canvas = element("canvas");
    this.canvas.tabIndex = 0;
    const rows = run.children.pid.length;
    this.canvas.style.height = `${Math.min(620, Math.max(240, 130 + 18 * rows))}px`;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label",
      `Lifelines of the ${run.children.pid.length} children of ${run.name}, pid ${run.pid}`);
    this.chart = new Chart(this.canvas, run, fates);
    this.root = element("section", undefined, "run");
    this.root.id = `run-${number}`;
    this.facts = element("p", "Choose a child: hover, click, or the arrow keys.", "facts");
    this.facts.setAttribute("aria-live", "polite");
    this.tip = element("div", undefined, "tip");
    this.tip.hidden = true;
    const frame = element("div", undefined, "frame");
    frame.append(this.canvas, this.tip);
    this.root.append(
      element("h2", `${run.name}, pid ${run.pid}`),
      element("p", this.told(), "told"), frame, this.facts, this.makeTables(),
    );
    this.listen();
  }

  /* How many SIGCHLDs told of how many deaths. */
  told() {
    const { deaths } = this.run.sigchlds;
    const log = `From ${this.run.log}. `;
    if (deaths.length === 0) return `${log}No SIGCHLD was delivered to a handler.`;
    const times = new Map();
    for (const one of deaths) times.set(one, (times.get(one) || 0) + 1);
    const words = [...times].sort((one, other) => one[0] - other[0]).map(
      ([told, count]) => `${countText(count)} told of ${deathsText(told)}`);
    return `${log}SIGCHLDs delivered: ${countText(deaths.length)}. Of them ${words.join(", ")}.`;
  }

  /* Lines of what is known of a child. */
  childFacts(row) {
    const { pid, parent, peer, began, exited, reaped, echoed, ending, fate, sigchld, errors } =
      this.run.children;
    const signal = sigchld[row];
    const zombie = exited[row] !== null && reaped[row] !== null ? reaped[row] - exited[row] : null;
    return [
      `child ${pid[row]} of ${parent[row] === null ? "a parent not in the log" : parent[row]}`,
      peer[row] ? `client ${peer[row]}` : null,
      `from ${durationText(began[row])}`,
      exited[row] === null ? null : `served ${durationText(exited[row] - began[row])}`,
      echoed[row] === null ? null : `${countText(echoed[row])} bytes echoed`,
      ending[row] || null,
      FATE_TEXT[this.chart.fates[fate[row]]],
      zombie === null ? null : `zombie for ${durationText(zombie)}`,
      signal < 0 ? null : this.toldBy(signal),
      errors[row] || null,
    ].filter((one) => one !== null);
  }

  toldBy(signal) {
    const others = this.run.sigchlds.deaths[signal] - 1;
    return `told by SIGCHLD ${signal + 1}${others > 0 ? `, which told of ${others} more` : ""}`;
  }

  signalFacts(i) {
    const { at, deaths, reaped } = this.run.sigchlds;
    return [`SIGCHLD ${i + 1} at ${durationText(at[i])}`, `told of ${deathsText(deaths[i])}`,
      `${reaped[i]} reaped before the next`];
  }

  makeTables() {
    const box = element("details");
    box.append(element("summary", "Tables: every child, every SIGCHLD"));
    box.addEventListener("toggle", () => {
      if (box.open && box.children.length === 1) box.append(this.childTable(), this.signalTable());
    });
    this.tables = box;
    return box;
  }

  childTable() {
    const children = this.run.children;
    const time = (name, values) => ({
      name, value: (row) => values[row],
      text: (row) => (values[row] === null ? "-" : durationText(values[row])),
    });
    const zombie = children.exited.map((exited, row) => (
      exited === null || children.reaped[row] === null ? null : children.reaped[row] - exited));
    const fate = (row) => this.chart.fateOf(row);
    const columns = [
      { name: "pid", value: (row) => children.pid[row], text: (row) => String(children.pid[row]) },
      { name: "client", value: (row) => children.peer[row], text: (row) => children.peer[row] },
      time("began", children.began), time("exited", children.exited),
      time("reaped", children.reaped), time("zombie for", zombie),
      { name: "ended", value: (row) => children.ending[row], text: (row) => children.ending[row] },
      { name: "fate", value: fate, text: (row) => FATE_TEXT[fate(row)] },
      { name: "SIGCHLD", value: (row) => children.sigchld[row],
        text: (row) => (children.sigchld[row] < 0 ? "-" : String(children.sigchld[row] + 1)) },
    ];
    const rows = children.pid.map((_, row) => row);
    const table = new PagedTable("Children", columns, rows, (row) => this.choose(row, true));
    const only = element("label", " only those never reaped");
    const box = element("input");
    box.type = "checkbox";
    box.addEventListener("change", () => {
      table.filter(box.checked ? (row) => fate(row) === "zombie" : null);
    });
    only.prepend(box);
    table.root.prepend(only);
    return table.root;
  }

  signalTable() {
    const { at, deaths, reaped } = this.run.sigchlds;
    const column = (name, values, text) => ({
      name, value: (row) => values[row], text: text || ((row) => String(values[row])),
    });
    const rows = at.map((_, row) => row);
    const columns = [
      column("SIGCHLD", rows, (row) => String(row + 1)),
      column("delivered", at, (row) => durationText(at[row])),
      column("deaths it told of", deaths),
      column("reaped before the next", reaped),
    ];
    return new PagedTable("SIGCHLDs", columns, rows, (row) => this.chooseSignal(row)).root;
  }

  // --- What is chosen

  choose(row, zoom) {
    const { began } = this.run.children;
    if (began.length === 0) return;
    row = Math.max(0, Math.min(row, began.length - 1));
    this.chart.chosen = row;
    this.chart.signal = null;
    if (zoom) this.chart.view.zoomTo(row, began[row], this.chart.endOf(row));
    else this.chart.view.reveal(row);
    this.facts.textContent = this.childFacts(row).join(" · ");
    this.redraw();
  }

  chooseSignal(i) {
    this.chart.signal = i;
    this.chart.view.reveal(null, this.run.sigchlds.at[i]);
    this.facts.textContent = this.signalFacts(i).join(" · ");
    this.redraw();
  }

  nextZombie() {
    const count = this.run.children.pid.length;
    const from = this.chart.chosen === null ? -1 : this.chart.chosen;
    for (let step = 1; step <= count; step++) {
      const row = (from + step) % count;
      if (this.chart.fateOf(row) === "zombie") return this.choose(row, false);
    }
    this.facts.textContent = "No child was left unreaped.";
    return undefined;
  }

  nextSignal() {
    const count = this.run.sigchlds.at.length;
    if (count === 0) this.facts.textContent = "No SIGCHLD was delivered to a handler.";
    else this.chooseSignal(this.chart.signal === null ? 0 : (this.chart.signal + 1) % count);
  }

  // --- Keys and mouse

  listen() {
    const canvas = this.canvas;
    canvas.addEventListener("keydown", (event) => this.onKey(event));
    canvas.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.onDown(event));
    canvas.addEventListener("pointermove", (event) => this.onMove(event));
    canvas.addEventListener("pointerup", (event) => this.onUp(event));
    canvas.addEventListener("pointercancel", () => { this.drag = null; });
    canvas.addEventListener("pointerleave", () => this.hover(null, null, 0, 0));
    new ResizeObserver(() => { this.chart.resize(); this.chart.draw(); }).observe(canvas);
    // A finger still scrolls the page up and down.
    canvas.style.touchAction = "pan-y";
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const view = this.chart.view;
    const middle = (view.t0 + view.t1) / 2;
    const row = this.chart.chosen === null ? (view.r0 + view.r1) / 2 : this.chart.chosen;
    const chosen = this.chart.chosen === null ? -1 : this.chart.chosen;
    const actions = {
      ArrowLeft: () => view.pan(-0.2, 0), ArrowRight: () => view.pan(0.2, 0),
      "+": () => view.zoomTime(1.5, middle), "=": () => view.zoomTime(1.5, middle),
      "-": () => view.zoomTime(1 / 1.5, middle),
      "]": () => view.zoomRows(1.5, row), "[": () => view.zoomRows(1 / 1.5, row),
      ArrowUp: () => this.choose(chosen - 1), ArrowDown: () => this.choose(chosen + 1),
      PageUp: () => this.choose(chosen - 10), PageDown: () => this.choose(chosen + 10),
      Home: () => this.choose(0), End: () => this.choose(this.run.children.pid.length - 1),
      Enter: () => this.choose(Math.max(0, chosen), true),
      z: () => this.nextZombie(), s: () => this.nextSignal(), 0: () => view.fit(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
    this.redraw();
  }

  /* Only of a chart in use: otherwise the wheel scrolls the page, as everywhere. */
  onWheel(event) {
    if (document.activeElement !== this.canvas) return;
    event.preventDefault();
    const { left, top } = this.canvas.getBoundingClientRect();
    const moved = event.deltaY || event.deltaX;
    const factor = 1.0015 ** -Math.max(-400, Math.min(400, moved));
    if (event.shiftKey) this.chart.view.zoomRows(factor, this.chart.rowAt(event.clientY - top));
    else this.chart.view.zoomTime(factor, this.chart.timeAt(event.clientX - left));
    this.redraw();
  }

  onDown(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = { x: event.clientX, y: event.clientY, moved: 0 };
  }

  onMove(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    if (!this.drag) {
      const [x, y] = [event.clientX - left, event.clientY - top];
      this.hover(this.chart.childAt(x, y), this.chart.signalAt(x, y), x, y);
      return;
    }
    const [dx, dy] = [event.clientX - this.drag.x, event.clientY - this.drag.y];
    this.drag.moved += Math.abs(dx) + Math.abs(dy);
    this.drag.x = event.clientX;
    this.drag.y = event.clientY;
    this.chart.view.pan(-dx / this.chart.plotWidth, -dy / this.chart.rowsHeight);
    this.hover(null, null, 0, 0);
  }

  onUp(event) {
    const clicked = this.drag && this.drag.moved < 4;
    this.drag = null;
    if (!clicked) return;
    const { left, top } = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const [row, signal] = [this.chart.childAt(x, y), this.chart.signalAt(x, y)];
    if (row !== null) this.choose(row, false);
    else if (signal !== null) this.chooseSignal(signal);
  }

  hover(row, signal, x, y) {
    this.chart.hovered = row;
    const facts = row !== null ? this.childFacts(row) : signal !== null ? this.signalFacts(signal) : [];
    this.tip.hidden = facts.length === 0;
    this.tip.replaceChildren(...facts.map((one) => element("div", one)));
    if (facts.length) {
      const right = x > this.chart.width / 2;
      this.tip.style.left = right ? "auto" : `${x + 16}px`;
      this.tip.style.right = right ? `${this.chart.width - x + 16}px` : "auto";
      const room = this.chart.height - this.tip.offsetHeight;
      this.tip.style.top = `${Math.max(0, Math.min(y, room))}px`;
    }
    this.redraw();
  }

  /* However many events come, one drawing a frame. */
  redraw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.chart.draw(); });
  }
}

function showRuns() {
  const { runs, fates } = JSON.parse(document.getElementById("data").textContent);
  const sections = runs.map((run, number) => new RunSection(run, fates, number));
  document.getElementById("runs").append(...sections.map((one) => one.root));
  for (const one of sections) {
    one.chart.resize();
    one.chart.draw();
  }
  document.documentElement.dataset.ready = String(runs.length);
  return sections;
}

const sections = showRuns();
