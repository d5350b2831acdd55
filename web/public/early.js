// Runs while the app's own scripts are still on their way: names the parts this address needs and asks the API what
// its first screen shows. A file of its own, as theme.js is. `data-parts` is written when the client is built.
(() => {
  const parts = JSON.parse(document.currentScript.dataset.parts || "{}");
  const preload = (name) => {
    for (const href of parts[name] || []) {
      const link = document.createElement("link");
      link.rel = "modulepreload";
      link.href = href;
      document.head.append(link);
    }
  };
  const answers = {};
  const ask = (path) => {
    const headers = { "accept-language": document.documentElement.lang };
    const answer = fetch(`/api${path}`, { credentials: "same-origin", headers });
    answers[path] = answer;
    // Whoever takes the answer meets its failure; perhaps nobody does.
    answer.catch(() => undefined);
    return answer;
  };
  window.nexusEarly = answers;

  const { pathname } = location;
  // A shared link is read by people who have no account.
  if (pathname.startsWith("/s/")) return;
  const project = /^\/p\/([\w-]+)/.exec(pathname)?.[1];
  const guest = /^\/sign-(in|up)$/.test(pathname);
  const chat = /^\/p\/[\w-]+\/chat\/?$/.test(pathname);
  preload(guest ? "guest" : chat ? "chat" : "member");
  void ask("/me");
  if (guest) return;
  void ask("/projects?limit=30");
  if (!project) return;
  void ask(`/projects/${project}`);
  void ask(`/projects/${project}/workflows?limit=30`);
  if (!chat) return;
  // The newest plan of the conversation is drawn with it.
  ask(`/projects/${project}/messages?limit=30`)
    .then((answer) => answer.clone().json())
    .then(({ items }) => {
      const plans = items.filter((one) => one.workflowId).sort((a, b) => (a.at < b.at ? 1 : -1));
      if (plans.length === 0) return;
      preload("plan");
      void ask(`/workflows/${plans[0].workflowId}`);
    })
    .catch(() => undefined);
})();
