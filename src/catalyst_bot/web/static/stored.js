/** A word that the browser keeps; this page alone, where the browser denies that. */

export class Stored {
  #open;
  #name;
  #own = null; // set by this page

  /**
   * @param {() => Storage} open opens the storage; may throw.
   * @param {string} name
   */
  constructor(open, name) {
    this.#open = open;
    this.#name = name;
  }

  /** @returns {string|null} null when nothing was kept. */
  get() {
    return this.#own ?? this.#tried((storage) => storage.getItem(this.#name));
  }

  /** @param {string} word */
  set(word) {
    this.#own = word;
    this.#tried((storage) => storage.setItem(this.#name, word));
  }

  #tried(act) {
    try {
      return act(this.#open());
    } catch {
      return null; // denied, or full: what this page knows goes on
    }
  }
}
