import { type CustomCommand, defineCommand } from "just-bash/browser";

const CONTAINER = "needs the container sandbox, which this command did not run in";

/** Programs people reach for that this shell has not, with what to do instead. */
const WORDS: Readonly<Record<string, string>> = {
  python: `Python ${CONTAINER}. Write JavaScript instead and run it with: node file.js`,
  pip: `installing packages ${CONTAINER}. Use what is here: JavaScript with node, and the shell's text tools`,
  git: `git ${CONTAINER}. Files here are kept with their versions without it`,
  npx: "there are no packages here. Run a file with: node file.js, and tests with: node --test",
  make: `building programs ${CONTAINER}. JavaScript and TypeScript run as they are: node file.js`,
  sudo: "there is nothing to be administered here. Run the command without sudo",
  apt: "no programs can be installed here. Use what `help` lists, and JavaScript with node",
  ssh: "there is no way to other machines from here",
  wget: "it is not here. Fetch with curl, which reaches only hosts a person approved",
  bc: "it is not here. Use awk, $(( … )) or: node -p 'expression'",
  sqlite3: "it is not here. Read the data with awk, jq or JavaScript with node",
  ps: "processes cannot be seen or signalled here: a command ends by itself or at its time",
  vim: "there is no editor here. Write files with a here-document or sed",
};

const SAME: Readonly<Record<string, readonly string[]>> = {
  python: ["python3"],
  pip: ["pip3", "uv", "poetry", "conda"],
  npx: ["yarn", "pnpm", "bun", "deno"],
  make: ["gcc", "g++", "cargo", "go", "java", "javac"],
  apt: ["apt-get", "apk", "brew", "yum"],
  ssh: ["scp", "rsync", "nc", "ping", "telnet"],
  ps: ["kill", "killall", "pkill", "top", "jobs", "nohup"],
  vim: ["vi", "nano", "emacs"],
  sudo: ["su", "chown", "mount"],
};

export const absent: readonly CustomCommand[] = Object.entries(WORDS).flatMap(([first, words]) =>
  [first, ...(SAME[first] ?? [])].map((name) =>
    defineCommand(name, async () => ({ stdout: "", stderr: `${name}: ${words}.\n`, exitCode: 127 })),
  ),
);
