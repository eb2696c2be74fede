/* What part of a run is in sight: a span of time in ns and a span of rows, a row
 * per child. Both stay within the run. Knows nothing of the screen. */
"use strict";

const LEAST_NS = 1000;
const LEAST_ROWS = 5;

class View {
  constructor(length, rows) {
    this.length = Math.max(length, LEAST_NS);
    this.rows = Math.max(rows, LEAST_ROWS);
    this.fit();
  }

  fit() {
    this.t0 = -0.01 * this.length;
    this.t1 = 1.01 * this.length;
    this.r0 = 0;
    this.r1 = this.rows;
  }

  /* Factor above 1 zooms in; the moment `at` stays where it is. */
  zoomTime(factor, at) {
    const span = Math.min(1.02 * this.length, Math.max(LEAST_NS, (this.t1 - this.t0) / factor));
    const part = (at - this.t0) / (this.t1 - this.t0);
    this.setTime(at - part * span, span);
  }

  zoomRows(factor, at) {
    const span = Math.min(this.rows, Math.max(LEAST_ROWS, (this.r1 - this.r0) / factor));
    const part = (at - this.r0) / (this.r1 - this.r0);
    this.setRows(at - part * span, span);
  }

  setTime(from, span) {
    const least = -0.01 * this.length;
    const most = 1.01 * this.length - span;
    this.t0 = Math.min(Math.max(from, least), Math.max(most, least));
    this.t1 = this.t0 + span;
  }

  setRows(from, span) {
    this.r0 = Math.min(Math.max(from, 0), Math.max(this.rows - span, 0));
    this.r1 = this.r0 + span;
  }

  /* By a part of what is in sight. */
  pan(timePart, rowPart) {
    const [time, rows] = [this.t1 - this.t0, this.r1 - this.r0];
    this.setTime(this.t0 + timePart * time, time);
    this.setRows(this.r0 + rowPart * rows, rows);
  }

  /* Bring a row into sight, and a moment if one is given. */
  reveal(row, at) {
    const [time, rows] = [this.t1 - this.t0, this.r1 - this.r0];
    if (row !== null && (row < this.r0 || row + 1 > this.r1)) {
      this.setRows(row + 0.5 - rows / 2, rows);
    }
    if (at !== undefined && (at < this.t0 || at > this.t1)) {
      this.setTime(at - time / 2, time);
    }
  }

  /* Show one row from this moment to that, with some room around. */
  zoomTo(row, from, to) {
    const span = Math.min(1.02 * this.length, Math.max(LEAST_NS, 1.5 * (to - from)));
    this.setTime((from + to - span) / 2, span);
    const rows = Math.min(this.rows, 20);
    this.setRows(row + 0.5 - rows / 2, rows);
  }
}
