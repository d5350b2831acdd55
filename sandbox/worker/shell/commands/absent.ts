import { type CustomCommand, defineCommand } from "just-bash/browser";

const CONTAINER = "needs the container sandbox, which this command did not run in";

/** Programs people reach for that this shell has not, with what to do instead. */
const WORDS: Readonly<Record<string, string>> = {
  python: `Python ${CONTAINER}. Write JavaScript instead and run it with: node file.js`,
  pip: `Installing packages ${CONTAINER}. Use what is here: JavaScript with node, and the shell's text tools`,
  git: `git ${CONTAINER}. Files here are kept with their versions without it`,
  npm: "There are no packages to install here. Run tests with: node --test",
  sudo: "There is nothing to be administered here: run the command without sudo",
  apt: "No programs can be installed here. Use what `help` lists, and JavaScript with node",
};

const SAME: Readonly<Record<string, string>> = {
  python3: "python",
  pip3: "pip",
  uv: "pip",
  poetry: "pip",
  npx: "npm",
  yarn: "npm",
  pnpm: "npm",
  bun: "npm",
  "apt-get": "apt",
  apk: "apt",
  brew: "apt",
};

const say = (name: string, words: string): CustomCommand =>
  defineCommand(name, async () => ({ stdout: "", stderr: `${name}: ${words}.\n`, exitCode: 127 }));

export const absent: readonly CustomCommand[] = [
  ...Object.entries(WORDS).map(([name, words]) => say(name, words)),
  ...Object.entries(SAME).map(([name, like]) => say(name, WORDS[like] ?? "It is not here")),
];
