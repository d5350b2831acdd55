import { html, raw } from "hono/html";
import { EN } from "../../../shared/errors/catalogue/en.ts";
import { CODES } from "../../../shared/errors/codes.ts";
import { jsonSchema, openApiPath, problemsOf } from "../../routing/openapi.ts";
import type { Route, RouteSpec } from "../../routing/route.ts";

type Html = ReturnType<typeof html>;

/** The API as one page: no scripts, nothing from elsewhere. */
export async function docsPage(routes: readonly Route[]): Promise<string> {
  const tags = [...new Set(routes.map((route) => route.spec.tag))];
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nexus API</title>
<link rel="stylesheet" href="/api/docs/style.css">
</head>
<body>
<main>
<h1>Nexus API</h1>
<p>Money is in micro-dollars (fields end in <code>Micros</code>), times are ISO 8601 UTC. Lists come in pages:
<code>nextCursor</code> is the next page's <code>cursor</code>. Writes that create take an <code>Idempotency-Key</code>.
Errors are <code>application/problem+json</code> in the language of <code>Accept-Language</code> or <code>?lang=</code>.
For machines: <a href="/api/openapi.json">OpenAPI 3.1</a>,
<a href="/api/schemas/workflow-state.json">JSON Schema of a workflow's state</a>.</p>
<nav aria-label="Sections">${tags.map((tag) => html`<a href="#${tag}">${tag}</a>`)}<a href="#problems">Problems</a></nav>
${tags.map((tag) => section(tag, routes))}
${problems()}
</main>
</body>
</html>`;
  return String(page);
}

function section(tag: string, routes: readonly Route[]): Html {
  const own = routes.filter((route) => route.spec.tag === tag);
  return html`<section aria-labelledby="${tag}"><h2 id="${tag}">${tag}</h2>${own.map(entry)}</section>`;
}

const WHO = new Map<Route["access"], string>([
  ["public", "Anybody."],
  ["user", "Signed in."],
  ["operator", "Who runs the service, with its OPERATOR_TOKEN."],
]);

function entry(route: Route): Html {
  const { spec, access } = route;
  const who = WHO.get(access) ?? `Members whose role allows ${access}.`;
  return html`<details id="${spec.id}">
<summary><span class="method">${spec.method}</span> <code>${openApiPath(spec.path)}</code> ${spec.summary}</summary>
<div>
<p>${who}</p>
${spec.query ? html`<h3>Query</h3>${schemaBlock(jsonSchema(spec.query, "input"))}` : ""}
${spec.upload ? html`<h3>Body</h3><p><code>multipart/form-data</code> with the field <code>file</code>.</p>` : ""}
${spec.body ? html`<h3>Body</h3>${schemaBlock(jsonSchema(spec.body, "input"))}` : ""}
<h3>Answer ${spec.answer.status}</h3>
<p>${spec.answer.description}</p>
${answerBlock(spec.answer)}
<h3>Problems</h3>
<p>${problemsOf(route).map((code, index) => html`${index > 0 ? ", " : ""}<a href="#problem-${code}">${code}</a>`)}</p>
</div>
</details>`;
}

function answerBlock(answer: RouteSpec["answer"]): Html | string {
  if (answer.status === 101) return "";
  if ("schema" in answer) return schemaBlock(jsonSchema(answer.schema, "output"));
  return html`<p><code>${answer.contentType}</code></p>`;
}

const schemaBlock = (schema: unknown): Html =>
  html`<pre tabindex="0"><code>${JSON.stringify(schema, null, 2)}</code></pre>`;

function problems(): Html {
  const rows = Object.entries(CODES).map(([code, { status, retryable }]) => {
    const text = EN[code as keyof typeof CODES];
    return html`<tr id="problem-${code}"><td><code>${code}</code></td><td>${status}</td><td>${retryable ? "yes" : "no"}</td>
<td><b>${text.title}.</b> ${text.detail}</td></tr>`;
  });
  return html`<section aria-labelledby="problems"><h2 id="problems">Problems</h2>
<table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">May succeed later</th><th scope="col">Meaning</th></tr></thead>
<tbody>${raw("")}${rows}</tbody></table></section>`;
}
