import { describe, expect, it } from "vitest";
import { chooseRuntime } from "./choose.ts";

const NESTED = `"${"$(a ".repeat(60_000)}"`;
const QUOTED = "bash -c '".repeat(30_000);
const shell = (script: string) => ({ kind: "shell", script }) as const;

describe("where a command runs", () => {
  it.each([
    ["ls -la | grep python", "default"],
    ["node --test", "default"],
    ["npm test", "default"],
    ["echo 'pip install x; git push'", "default"],
    ["# python3 x.py\necho hi", "default"],
    ["cat <<'EOF' > run.sh\npython3 x.py\ngit push\nEOF\necho done", "default"],
    ["cat git.txt make.txt", "default"],
    ["python3 x.py", "python"],
    ["cd src && python -m http.server", "python"],
    ["X=1 /usr/bin/python3.12 x.py", "python"],
    ["find . -name '*.py' | xargs python3", "python"],
    ["(timeout 5 pytest)", "python"],
    ["echo $(git rev-parse HEAD)", "git"],
    ["if true; then git init; fi", "git"],
    ["pip install pandas", "install"],
    ["npm install && npm test", "install"],
    ["npm ci", "install"],
    ["npx vite build", "install"],
    ["sudo apt-get install -y jq", "install"],
    ["make all", "build"],
    ["gcc a.c && ./a.out", "build"],
    [`bash -c 'python3 x.py'`, "python"],
    [`/bin/sh -ec "cd src && pip install pandas"`, "install"],
    [`bash -lc "echo \\"a\\"; git init"`, "git"],
    [`eval "python3 x.py"`, "python"],
    [`echo "made $(python3 x.py) today"`, "python"],
    [`x="$(git log -1 --format="%h")"`, "git"],
    ['echo "`make all`"', "build"],
    [`"python3" x.py`, "python"],
    [`sh -c "bash -c 'python3 x.py'"`, "python"],
    [`echo 'see $(python3 x.py)'`, "default"],
    [`echo "say \\$(python3 x.py)"`, "default"],
    [`grep -c 'python3 x.py' notes.txt`, "default"],
    [`# bash -c "python3 x.py"\necho hi`, "default"],
    [`bash run.sh "python3 x.py"`, "default"],
    [`node -e "console.log('git init')"`, "default"],
  ])("%s → %s", (script, reason) => {
    const runtime = reason === "default" ? "isolate" : "container";
    expect(chooseRuntime(shell(script), true)).toEqual({ runtime, reason, refusal: null });
  });

  it("goes by the language of code and by the names of tests", () => {
    expect(chooseRuntime({ kind: "code", language: "python", code: "" }, true).reason).toBe("python");
    expect(chooseRuntime({ kind: "code", language: "typescript", code: "python3" }, true).reason).toBe("default");
    expect(chooseRuntime({ kind: "tests", paths: ["test_a.py"] }, true).reason).toBe("python");
    expect(chooseRuntime({ kind: "tests", paths: [] }, true).reason).toBe("default");
  });

  it("says what to do instead where there is no container", () => {
    const choice = chooseRuntime({ kind: "code", language: "python", code: "print(1)" }, false);
    expect(choice).toMatchObject({ runtime: "isolate", reason: "absent" });
    expect(choice.refusal).toMatch(/JavaScript.*Nothing was run\.$/);
    expect(chooseRuntime(shell("ls"), false).refusal).toBeNull();
  });

  it("does what the caller asks for, where it can", () => {
    expect(chooseRuntime(shell("ls"), true, "container")).toEqual({
      runtime: "container",
      reason: "asked",
      refusal: null,
    });
    expect(chooseRuntime(shell("git init"), true, "isolate")).toEqual({
      runtime: "isolate",
      reason: "asked",
      refusal: null,
    });
    expect(chooseRuntime(shell("ls"), false, "container")).toMatchObject({ reason: "absent" });
  });

  it("looks at long scripts in time", () => {
    const started = performance.now();
    for (const script of [
      "<<A\n".repeat(100_000),
      '"'.repeat(300_000),
      "$(".repeat(150_000),
      "a ".repeat(150_000),
      NESTED,
      QUOTED,
    ]) {
      chooseRuntime(shell(script), true);
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
