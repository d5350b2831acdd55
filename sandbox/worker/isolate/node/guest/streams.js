import { Buffer } from "./encoding.js";
import { EventEmitter } from "./events.js";
import { codeError } from "./host.js";
import { nextTick, setImmediate } from "./timers.js";

/** A source of bytes that are all there at once: stdin, and files read as streams. */
export class Source extends EventEmitter {
  readable = true;
  isTTY = false;
  #read;
  #encoding;
  #started = false;
  constructor(read, encoding = null) {
    super();
    this.#read = read;
    this.#encoding = encoding;
  }
  setEncoding(encoding = "utf8") {
    this.#encoding = encoding;
    return this;
  }
  on(event, listener) {
    super.on(event, listener);
    if (event === "data" || event === "end" || event === "readable") this.resume();
    return this;
  }
  resume() {
    if (this.#started) return this;
    this.#started = true;
    setImmediate(() => {
      let chunk;
      try {
        chunk = this.take();
      } catch (error) {
        this.emit("error", error);
        return;
      }
      if (chunk.length > 0) this.emit("data", chunk);
      this.emit("end");
      this.emit("close");
    });
    return this;
  }
  pipe(target) {
    this.on("data", (chunk) => target.write(chunk));
    this.on("end", () => target !== globalThis.process.stdout && target.end());
    return target;
  }
  pause() {
    return this;
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
  destroy() {
    return this;
  }
  take() {
    const bytes = this.#read();
    return this.#encoding === null ? bytes : bytes.toString(this.#encoding);
  }
  async *[Symbol.asyncIterator]() {
    this.#started = true;
    const chunk = this.take();
    if (chunk.length > 0) yield chunk;
  }
}

/** Takes what is written, at once. */
export class Sink extends EventEmitter {
  writable = true;
  isTTY = false;
  #put;
  #end;
  constructor(put, end) {
    super();
    this.#put = put;
    this.#end = end;
  }
  write(data, encoding, done) {
    if (typeof data !== "string" && !ArrayBuffer.isView(data)) {
      throw codeError(
        TypeError,
        "ERR_INVALID_ARG_TYPE",
        'The "chunk" argument must be of type string or an instance of Buffer.',
      );
    }
    this.#put(typeof data === "string" && typeof encoding === "string" ? Buffer.from(data, encoding) : data);
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") nextTick(callback);
    return true;
  }
  end(data, encoding, done) {
    if (typeof data === "function") this.once("finish", data);
    else if (data !== undefined && data !== null) this.write(data, encoding);
    if (typeof done === "function") this.once("finish", done);
    this.#end?.();
    nextTick(() => {
      this.emit("finish");
      this.emit("close");
    });
    return this;
  }
  cork() {}
  uncork() {}
  getColorDepth() {
    return 1;
  }
  hasColors() {
    return false;
  }
}
