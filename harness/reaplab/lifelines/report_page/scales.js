/* Times as a reader says them, and where the marks of an axis go. */
"use strict";

const UNITS = [["s", 1e9], ["ms", 1e6], ["\u00b5s", 1e3], ["ns", 1]];

/* Nanoseconds, as "1.25 s"; null is not known. */
function durationText(ns) {
  if (ns === null) return "not in the log";
  const [unit, size] = UNITS.find(([, least]) => Math.abs(ns) >= least) || UNITS[3];
  return `${Number((ns / size).toPrecision(4))} ${unit}`;
}

/* A moment since the run began, fine enough to tell it from its neighbours. */
function momentText(ns, step) {
  const [unit, size] = UNITS.find(([, least]) => step >= least) || UNITS[3];
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step / size))));
  return `${(ns / size).toFixed(digits)} ${unit}`;
}

/* Steps of 1, 2 or 5 times a power of ten, about so many between from and to. */
function axisTicks(from, to, wanted) {
  const rough = Math.max((to - from) / Math.max(1, wanted), 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= to && ticks.length < 100; at += step) {
    ticks.push(at);
  }
  return { step, ticks };
}

/* Whole numbers with their thousands set apart. */
function countText(count) {
  return count.toLocaleString("en-US");
}

function deathsText(count) {
  return count === 1 ? "1 death" : `${countText(count)} deaths`;
}
