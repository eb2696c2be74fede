/* Draws the lifelines of one run on a canvas: a strip of SIGCHLDs, a row per child
 * (thin while it serves, thick while it is a zombie, a mark where it was reaped), the
 * number of zombies over time, and the axis. */
"use strict";

const MARGIN = { left: 96, right: 16, strip: 34, curve: 64, axis: 26 };

class Chart {
  /* `fates` names the numbers in run.children.fate. */
  constructor(canvas, run, fates) {
    this.canvas = canvas;
    this.run = run;
    this.fates = fates;
    this.view = new View(run.length, run.children.pid.length);
    this.chosen = null;
    this.hovered = null;
    this.signal = null;
    const style = getComputedStyle(document.documentElement);
    this.colour = (role) => style.getPropertyValue(`--${role}`).trim();
    this.mostZombies = run.zombies.reduce((most, [, count]) => Math.max(most, count), 0);
  }

  fateOf(row) {
    return this.fates[this.run.children.fate[row]];
  }

  /* When the last is known of a child: reaped, dead, or the run's end. */
  endOf(row) {
    const { exited, reaped } = this.run.children;
    if (reaped[row] !== null) return reaped[row];
    return exited[row] !== null && this.fateOf(row) === "gone" ? exited[row] : this.run.length;
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.context = this.canvas.getContext("2d");
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.plotWidth = Math.max(10, this.width - MARGIN.left - MARGIN.right);
    this.rowsHeight = Math.max(10, this.height - MARGIN.strip - MARGIN.curve - MARGIN.axis);
  }

  x(ns) {
    const { t0, t1 } = this.view;
    return MARGIN.left + ((ns - t0) / (t1 - t0)) * this.plotWidth;
  }

  y(row) {
    const { r0, r1 } = this.view;
    return MARGIN.strip + ((row - r0) / (r1 - r0)) * this.rowsHeight;
  }

  /* The moment at an x, and the row at a y (a fraction; maybe outside). */
  timeAt(x) {
    return this.view.t0 + ((x - MARGIN.left) / this.plotWidth) * (this.view.t1 - this.view.t0);
  }

  rowAt(y) {
    return this.view.r0 + ((y - MARGIN.strip) / this.rowsHeight) * (this.view.r1 - this.view.r0);
  }

  /* The child under the pointer, or null. */
  childAt(x, y) {
    if (y < MARGIN.strip || y >= MARGIN.strip + this.rowsHeight) return null;
    const row = Math.floor(this.rowAt(y));
    return row >= 0 && row < this.run.children.pid.length ? row : null;
  }

  /* The SIGCHLD nearest to the pointer in its strip, or null. */
  signalAt(x, y) {
    if (y >= MARGIN.strip) return null;
    const at = this.run.sigchlds.at;
    let best = null;
    for (let i = 0; i < at.length; i++) {
      const away = Math.abs(this.x(at[i]) - x);
      if (away <= 8 && (best === null || away < Math.abs(this.x(at[best]) - x))) best = i;
    }
    return best;
  }

  draw() {
    const c = this.context;
    c.clearRect(0, 0, this.width, this.height);
    c.fillStyle = this.colour("ground");
    c.fillRect(0, 0, this.width, this.height);
    this.drawAxis();
    c.save();
    c.beginPath();
    c.rect(MARGIN.left, 0, this.plotWidth, this.height - MARGIN.axis);
    c.clip();
    this.drawSignalLines();
    this.drawRows();
    this.drawCurve();
    c.restore();
    this.drawSignals();
    this.drawLabels();
  }

  drawAxis() {
    const c = this.context;
    const { step, ticks } = axisTicks(this.view.t0, this.view.t1, this.plotWidth / 130);
    c.font = "14px system-ui, sans-serif";
    c.textAlign = "center";
    c.textBaseline = "bottom";
    for (const at of ticks.filter((one) => one >= 0)) {
      c.fillStyle = this.colour("grid");
      c.fillRect(this.x(at), MARGIN.strip, 1, this.height - MARGIN.strip - MARGIN.axis);
      c.fillStyle = this.colour("faint");
      c.fillText(momentText(at, step), this.x(at), this.height - 4);
    }
  }

  /* One bar, at least a pixel wide, cut at the edges of what is in sight. */
  bar(from, to, row, part) {
    const left = Math.max(this.x(from), MARGIN.left - 2);
    const right = Math.min(this.x(to), MARGIN.left + this.plotWidth + 2);
    if (right < MARGIN.left || left > MARGIN.left + this.plotWidth) return;
    const height = this.rowsHeight / (this.view.r1 - this.view.r0);
    const thick = Math.max(1, Math.min(part * height, 22 * part));
    const middle = this.y(row + 0.5);
    this.context.fillRect(left, middle - thick / 2, Math.max(right - left, 1), thick);
  }

  drawRows() {
    const { began, exited, reaped } = this.run.children;
    const first = Math.max(0, Math.floor(this.view.r0));
    const last = Math.min(began.length, Math.ceil(this.view.r1));
    const c = this.context;
    for (const row of [this.hovered, this.chosen]) {
      if (row === null) continue;
      c.fillStyle = this.colour("panel");
      c.fillRect(MARGIN.left, this.y(row), this.plotWidth, Math.max(2, this.y(row + 1) - this.y(row)));
    }
    c.fillStyle = this.colour("live");
    for (let row = first; row < last; row++) {
      this.bar(began[row], exited[row] === null ? this.endOf(row) : exited[row], row, 0.3);
    }
    this.drawUntold(first, last);
    c.fillStyle = this.colour("zombie");
    for (let row = first; row < last; row++) {
      if (exited[row] === null) continue;
      const fate = this.fateOf(row);
      if (fate === "zombie" || fate === "reaped") this.bar(exited[row], this.endOf(row), row, 0.8);
    }
    if (this.rowsHeight / (this.view.r1 - this.view.r0) < 3) return;
    c.fillStyle = this.colour("reaped");
    for (let row = first; row < last; row++) {
      if (reaped[row] === null) continue;
      const x = this.x(reaped[row]);
      c.fillRect(x - 1, this.y(row + 0.05), 3, this.y(row + 0.95) - this.y(row + 0.05));
    }
  }

  /* Dead, and what then is not in the log: a dashed line. */
  drawUntold(first, last) {
    const c = this.context;
    c.strokeStyle = this.colour("faint");
    c.setLineDash([4, 4]);
    c.beginPath();
    for (let row = first; row < last; row++) {
      if (this.fateOf(row) !== "unknown") continue;
      c.moveTo(this.x(this.run.children.exited[row]), this.y(row + 0.5));
      c.lineTo(this.x(this.run.length), this.y(row + 0.5));
    }
    c.stroke();
    c.setLineDash([]);
  }

  drawSignalLines() {
    const c = this.context;
    const columns = this.signalColumns();
    if (columns.size > this.plotWidth / 6) return; // they would hide the rows
    c.fillStyle = this.colour("signal");
    c.globalAlpha = 0.22;
    for (const x of columns.keys()) {
      c.fillRect(x, MARGIN.strip, 1, this.rowsHeight);
    }
    c.globalAlpha = 1;
  }

  /* Map of pixel column: the SIGCHLD there that told of the most deaths. */
  signalColumns() {
    const { at, deaths } = this.run.sigchlds;
    const columns = new Map();
    for (let i = 0; i < at.length; i++) {
      const x = Math.round(this.x(at[i]));
      if (x < MARGIN.left || x > MARGIN.left + this.plotWidth) continue;
      const other = columns.get(x);
      if (other === undefined || deaths[other] < deaths[i]) columns.set(x, i);
    }
    return columns;
  }

  drawSignals() {
    const c = this.context;
    const columns = [...this.signalColumns()];
    c.fillStyle = this.colour("signal");
    c.beginPath();
    for (const [x] of columns) {
      c.moveTo(x, MARGIN.strip);
      c.lineTo(x - 5, MARGIN.strip - 9);
      c.lineTo(x + 5, MARGIN.strip - 9);
      c.closePath();
    }
    c.fill();
    if (this.signal !== null) {
      c.fillStyle = this.colour("frozen");
      c.fillRect(this.x(this.run.sigchlds.at[this.signal]) - 1.5, 0, 3, this.height - MARGIN.axis);
    }
    this.labelSignals(columns);
  }

  /* The deaths that each told of, the most first where there is no room for all. */
  labelSignals(columns) {
    const c = this.context;
    const { deaths } = this.run.sigchlds;
    const taken = [];
    c.font = "bold 16px system-ui, sans-serif";
    c.textAlign = "center";
    c.textBaseline = "top";
    columns.sort((one, other) => deaths[other[1]] - deaths[one[1]]);
    for (const [x, i] of columns) {
      const text = String(deaths[i]);
      const half = c.measureText(text).width / 2 + 3;
      if (taken.some(([left, right]) => x + half > left && x - half < right)) continue;
      taken.push([x - half, x + half]);
      c.fillStyle = this.colour(deaths[i] > 1 ? "zombie" : "text");
      c.fillText(text, x, 5);
    }
  }

  drawCurve() {
    const c = this.context;
    const bottom = this.height - MARGIN.axis;
    const high = MARGIN.curve - 14;
    const y = (count) => bottom - (count / Math.max(1, this.mostZombies)) * high;
    c.fillStyle = this.colour("zombie");
    c.globalAlpha = 0.75;
    c.beginPath();
    c.moveTo(this.x(0), bottom);
    let last = 0;
    for (const [at, count] of this.run.zombies) {
      const x = this.x(at);
      c.lineTo(x, y(last));
      c.lineTo(x, y(count));
      last = count;
    }
    c.lineTo(this.x(this.run.length), y(last));
    c.lineTo(this.x(this.run.length), bottom);
    c.fill();
    c.globalAlpha = 1;
  }

  drawLabels() {
    const c = this.context;
    const bottom = this.height - MARGIN.axis;
    c.fillStyle = this.colour("text");
    c.font = "14px system-ui, sans-serif";
    c.textAlign = "right";
    c.textBaseline = "middle";
    const right = MARGIN.left - 8;
    c.fillText("SIGCHLD", right, MARGIN.strip - 8);
    c.fillText("zombies", right, bottom - 10);
    c.fillText(`max ${countText(this.mostZombies)}`, right, bottom - MARGIN.curve + 18);
    c.fillStyle = this.colour("grid");
    c.fillRect(MARGIN.left, bottom, this.plotWidth, 1);
    this.labelRows(right);
  }

  labelRows(right) {
    const c = this.context;
    const height = this.rowsHeight / (this.view.r1 - this.view.r0);
    const every = Math.max(1, Math.ceil(16 / height));
    const { pid } = this.run.children;
    c.fillStyle = this.colour("faint");
    const first = Math.ceil(Math.max(0, this.view.r0) / every) * every;
    for (let row = first; row < pid.length && row < this.view.r1; row += every) {
      const y = this.y(row + 0.5);
      if (y > MARGIN.strip + 6 && y < MARGIN.strip + this.rowsHeight - 4) {
        c.fillText(String(pid[row]), right, y);
      }
    }
  }
}
