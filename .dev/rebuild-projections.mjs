/**
 * `npm run rebuild-projections`: has the app that runs (PORT, else 8787; NEXUS_URL for one elsewhere) derive its lists,
 * ledgers, audit trails and totals again from the workflows' logs. It may be used meanwhile, and again at any time.
 */
import { wantedPort } from "./lib/ports.mjs";
import { runMain, Stop, say } from "./lib/say.mjs";
import { ensureDevVars, loadVars } from "./lib/vars.mjs";

const COUNTS = ["workflows", "ledger", "audit", "repairs"];

async function callOnce(address, token, cursor) {
  const answer = await fetch(`${address}/api/operator/projections/rebuild`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(cursor === null ? {} : { cursor }),
  }).catch(() => null);
  if (answer === null) throw new Stop(`Nothing answers at ${address}. Start the app first: npm start`);
  if (answer.status === 404)
    throw new Stop(`The app at ${address} does not know this OPERATOR_TOKEN. Restart it after changing .dev.vars.`);
  if (!answer.ok) throw new Stop(`The app answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
  return answer.json();
}

await runMain(async () => {
  ensureDevVars();
  const { OPERATOR_TOKEN: token } = loadVars();
  if (token === undefined)
    throw new Stop("OPERATOR_TOKEN is not set in .dev.vars. Add one and restart the app: openssl rand -base64 32");
  const address = (process.env.NEXUS_URL ?? `http://127.0.0.1:${wantedPort()}`).replace(/\/+$/, "");
  const sums = Object.fromEntries(COUNTS.map((name) => [name, 0]));
  const projects = new Set();
  const broken = new Map();
  const unread = [];
  let cursor = null;
  do {
    const part = await callOnce(address, token, cursor);
    if (part.projectId !== null) projects.add(part.projectId);
    if (part.auditBrokenAt !== null) broken.set(part.projectId, part.auditBrokenAt);
    for (const name of COUNTS) sums[name] += part[name];
    unread.push(...part.unread);
    cursor = part.cursor;
  } while (cursor !== null);
  say("Rebuilt from the workflows' logs:");
  say(`  projects ${projects.size}, workflows ${sums.workflows}`);
  say(`  ledger lines ${sums.ledger}, audit lines ${sums.audit}, facts about repairs ${sums.repairs}`);
  for (const id of unread) say(`  The log of workflow ${id} could not be read; its rows are left as they were.`);
  for (const [project, seq] of broken)
    say(`  The audit trail of project ${project} was altered: line ${seq} does not follow from the line before.`);
  if (broken.size + unread.length > 0) process.exitCode = 1;
});
