import { EventEmitter } from "./events.js";
import { process } from "./process.js";
import { setImmediate } from "./timers.js";

/** node:readline over an input that is there as a whole: stdin, or a file read as a stream. */
class Interface extends EventEmitter {
  #lines = null;
  #input;
  #output;
  #isClosed = false;
  #prompt = "> ";
  #waiting = [];
  constructor({ input, output, prompt }) {
    super();
    this.#input = input;
    this.#output = output;
    if (prompt !== undefined) this.#prompt = prompt;
    this.terminal = false;
  }
  #next() {
    if (this.#lines === null) {
      const text = String(this.#input.take());
      this.#lines = text === "" ? [] : text.replace(/\r?\n$|\r$/, "").split(/\r\n|\n|\r/);
      this.#lines.reverse();
    }
    return this.#isClosed ? undefined : this.#lines.pop();
  }
  on(event, listener) {
    super.on(event, listener);
    if (event === "line") setImmediate(() => this.#flow());
    else if (event === "close") setImmediate(() => this.listenerCount("line") === 0 || this.#flow());
    return this;
  }
  #flow() {
    if (this.#waiting.length > 0) return;
    for (let line = this.#next(); line !== undefined; line = this.#next()) this.emit("line", line);
    this.close();
  }
  question(query, options, done = options) {
    this.#output?.write(query);
    this.#waiting.push(done);
    setImmediate(() => {
      const line = this.#next();
      this.#waiting.shift();
      if (line === undefined) this.close();
      else done(line);
    });
  }
  setPrompt(prompt) {
    this.#prompt = prompt;
  }
  prompt() {
    this.#output?.write(this.#prompt);
  }
  pause() {
    return this;
  }
  resume() {
    return this;
  }
  write() {}
  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.emit("close");
  }
  async *[Symbol.asyncIterator]() {
    for (let line = this.#next(); line !== undefined; line = this.#next()) yield line;
    this.close();
  }
}

const setupOf = (input, output) =>
  typeof input?.take === "function" ? { input, output } : { input: process.stdin, ...input };

export const readlinePromises = {
  Interface,
  createInterface(input, output) {
    const reader = new Interface(setupOf(input, output));
    const { question } = reader;
    reader.question = (query) => new Promise((done) => question.call(reader, query, done));
    return reader;
  },
};
export const readline = {
  Interface,
  createInterface: (input, output) => new Interface(setupOf(input, output)),
  clearLine() {},
  cursorTo() {},
  promises: readlinePromises,
};
