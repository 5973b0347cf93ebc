/** Asks the daemon; adds the token where one is required. */

import { Stored } from "./stored.js";

const DEADLINE = 15_000; // milliseconds

export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} detail what the daemon says is wrong.
   */
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export class Api {
  #askToken;
  #asking = null;
  #token = new Stored(() => sessionStorage, "catalyst-bot token");

  /**
   * @param {typeof import("./token.js").askToken} askToken asks the reader for a token.
   */
  constructor(askToken) {
    this.#askToken = askToken;
  }

  /**
   * Return the JSON at a path; see `text`.
   *
   * @param {string} path
   * @param {Object<string, string|number|null>} [query]
   * @returns {Promise<any>}
   */
  async get(path, query = {}) {
    return JSON.parse(await this.text(path, query));
  }

  /**
   * Return the text at a path, asking for a token as often as it takes.
   *
   * @param {string} path
   * @param {Object<string, string|number|null>} [query] null and "" are left out.
   * @returns {Promise<string>}
   * @throws {ApiError} the daemon refused; TypeError or a DOMException: no answer.
   */
  async text(path, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== null && value !== "");
    const search = new URLSearchParams(given).toString();
    const url = search ? `${path}?${search}` : path;
    for (;;) {
      try {
        const response = await this.open(url, { signal: AbortSignal.timeout(DEADLINE) });
        return await response.text();
      } catch (error) {
        if (error.status !== 401) throw error;
        await this.renewToken();
      }
    }
  }

  /**
   * Give an order, asking for a token that may; return the answer.
   *
   * @param {string} path
   * @param {object} order
   * @returns {Promise<any>} null when the reader gave no token.
   * @throws {ApiError} the daemon refused; TypeError or a DOMException: no answer.
   */
  async order(path, order) {
    const body = JSON.stringify(order);
    const headers = { "Content-Type": "application/json" };
    for (;;) {
      try {
        const signal = AbortSignal.timeout(DEADLINE);
        const response = await this.open(path, { signal, headers, method: "POST", body });
        return await response.json();
      } catch (error) {
        if (error.status !== 401 && error.status !== 403) throw error;
        if (!(await this.renewToken({ forOrder: true }))) return null;
      }
    }
  }

  /**
   * Return the response to a request, a GET where nothing else is said.
   *
   * @param {string} url
   * @param {RequestInit} options
   * @returns {Promise<Response>}
   * @throws {ApiError} the daemon refused; 401: `renewToken` and try again.
   */
  async open(url, { headers = {}, ...options }) {
    const token = this.#token.get();
    const authorization = token ? { Authorization: `Bearer ${token}` } : {};
    const all = { ...headers, ...authorization };
    const response = await fetch(url, { ...options, headers: all, cache: "no-store" });
    if (!response.ok) throw new ApiError(response.status, await refusal(response));
    return response;
  }

  /**
   * Ask the reader for a token, once for all that wait for it.
   *
   * @param {{forOrder?: boolean}} [options] for an order the reader may give none.
   * @returns {Promise<boolean>} whether there is one.
   */
  async renewToken({ forOrder = false } = {}) {
    const wasRefused = this.#token.get() !== null;
    this.#asking ??= this.#askToken({ wasRefused, forOrder }).finally(() => {
      this.#asking = null;
    });
    const token = await this.#asking;
    if (token !== null) this.#token.set(token);
    return token !== null;
  }
}

async function refusal(response) {
  try {
    return (await response.json()).detail;
  } catch {
    return `HTTP ${response.status}`;
  }
}
