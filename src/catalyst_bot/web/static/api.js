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
   * @param {(wasRefused: boolean) => Promise<string>} askToken asks the reader for a
   *   token; whether the bot did not accept the one before.
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
   * Return the response to a GET.
   *
   * @param {string} url
   * @param {{signal: AbortSignal, headers?: Object<string, string>}} options
   * @returns {Promise<Response>}
   * @throws {ApiError} the daemon refused; 401: `renewToken` and try again.
   */
  async open(url, { signal, headers = {} }) {
    const token = this.#token.get();
    const authorization = token ? { Authorization: `Bearer ${token}` } : {};
    const all = { ...headers, ...authorization };
    const response = await fetch(url, { signal, headers: all, cache: "no-store" });
    if (!response.ok) throw new ApiError(response.status, await refusal(response));
    return response;
  }

  /** Ask the reader for a token, once for all that wait for it. */
  async renewToken() {
    this.#asking ??= this.#askToken(this.#token.get() !== null).finally(() => {
      this.#asking = null;
    });
    this.#token.set(await this.#asking);
  }
}

async function refusal(response) {
  try {
    return (await response.json()).detail;
  } catch {
    return `HTTP ${response.status}`;
  }
}
