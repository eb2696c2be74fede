// What is wrong with a deck's sources: all of it is collected, so that an author
// mends everything in one go, and then thrown as one error.

export class DeckError extends Error {}

export class Faults {
  #lines = [];

  /** Notes a fault. `where` is a file, or "file:line". */
  add(where, what) {
    this.#lines.push(`${where}: ${what}`);
  }

  /** Throws a DeckError with a line per fault, if there are any. */
  throwIfAny() {
    if (this.#lines.length > 0) throw new DeckError(this.#lines.join("\n"));
  }
}
