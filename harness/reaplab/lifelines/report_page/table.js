/* A table that shows a page of its rows at a time, sorted by any column: thousands
 * of rows in the document would take seconds. */
"use strict";

const PAGE = 25;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

class PagedTable {
  /* columns: [{name, value(row), text(row)}]; onChoose(row) when a row's first
   * cell is pressed. rows: the numbers of the rows. */
  constructor(caption, columns, rows, onChoose) {
    this.columns = columns;
    this.all = rows;
    this.rows = rows;
    this.onChoose = onChoose;
    this.first = 0;
    this.sorted = { column: null, down: false };
    this.root = element("div", undefined, "paged");
    this.pager = this.makePager();
    const scroll = element("div", undefined, "scroll");
    const table = element("table");
    table.append(element("caption", caption));
    this.head = table.createTHead().insertRow();
    this.body = table.createTBody();
    scroll.append(table);
    this.root.append(this.pager, scroll);
    this.makeHead();
    this.show();
  }

  makePager() {
    const pager = element("div", undefined, "pager");
    const steps = [
      ["First", () => 0],
      ["Earlier", () => this.first - PAGE],
      ["Later", () => this.first + PAGE],
      ["Last", () => Math.floor((this.rows.length - 1) / PAGE) * PAGE],
    ];
    this.buttons = steps.map(([name, to]) => {
      const button = element("button", name);
      button.type = "button";
      button.addEventListener("click", () => this.goTo(to()));
      return button;
    });
    this.where = element("span");
    this.where.setAttribute("aria-live", "polite");
    pager.append(...this.buttons.slice(0, 2), this.where, ...this.buttons.slice(2));
    return pager;
  }

  makeHead() {
    for (const column of this.columns) {
      const cell = element("th");
      cell.scope = "col";
      const button = element("button", column.name);
      button.type = "button";
      button.addEventListener("click", () => this.sortBy(column));
      cell.append(button);
      this.head.append(cell);
      column.cell = cell;
    }
  }

  sortBy(column) {
    const down = this.sorted.column === column ? !this.sorted.down : false;
    this.sorted = { column, down };
    this.arrange();
  }

  /* Show only the rows for which keep(row) is true. */
  filter(keep) {
    this.keep = keep;
    this.arrange();
  }

  arrange() {
    const { column, down } = this.sorted;
    this.rows = this.keep ? this.all.filter(this.keep) : this.all.slice();
    if (column) {
      this.rows.sort((one, other) => compare(column.value(one), column.value(other)) * (down ? -1 : 1));
    }
    for (const one of this.columns) one.cell.removeAttribute("aria-sort");
    if (column) column.cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    this.goTo(0);
  }

  goTo(first) {
    this.first = Math.max(0, Math.min(first, Math.max(0, this.rows.length - 1)));
    this.show();
  }

  show() {
    const rows = this.rows.slice(this.first, this.first + PAGE);
    this.body.replaceChildren(...rows.map((row) => this.makeRow(row)));
    const last = this.first + rows.length;
    this.where.textContent = this.rows.length
      ? `${countText(this.first + 1)} to ${countText(last)} of ${countText(this.rows.length)}`
      : "none";
    const [begin, end] = [this.first === 0, last >= this.rows.length];
    this.buttons.forEach((button, i) => { button.disabled = i < 2 ? begin : end; });
    this.pager.hidden = this.all.length <= PAGE;
  }

  makeRow(row) {
    const made = element("tr");
    this.columns.forEach((column, i) => {
      const cell = element("td");
      if (i === 0) {
        const button = element("button", column.text(row));
        button.type = "button";
        button.addEventListener("click", () => this.onChoose(row));
        cell.append(button);
      } else {
        cell.textContent = column.text(row);
      }
      made.append(cell);
    });
    return made;
  }
}

/* What is not known comes last. */
function compare(one, other) {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other ? -1 : 1;
}
