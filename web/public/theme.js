// Runs before the first paint, so that neither the theme nor the direction flashes. A file of its own: the
// content security policy allows no inline script.
(() => {
  let saved = {};
  try {
    saved = JSON.parse(localStorage.getItem("nexus.settings") || "{}").state || {};
  } catch {
    saved = {};
  }
  const html = document.documentElement;
  const locale = saved.locale || ((navigator.language || "en").startsWith("ar") ? "ar" : "en");
  html.lang = locale;
  html.dir = locale === "ar" ? "rtl" : "ltr";
  const light =
    saved.theme === "light" || (saved.theme === "system" && matchMedia("(prefers-color-scheme: light)").matches);
  html.dataset.theme = light ? "light" : "dark";
  const bar = document.querySelector('meta[name="theme-color"]');
  if (bar && light) bar.setAttribute("content", "#f7f7fa");
})();
