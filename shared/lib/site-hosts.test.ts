import { expect, test } from "vitest";
import { isSiteId, newSiteId, SiteHosts } from "./site-hosts.ts";

const ID = "0123456789abcdefghjk";

test("a site's address is https but under localhost, with the port of the setting", () => {
  expect(new SiteHosts("sites.localhost:8787").urlOf(ID)).toBe(`http://${ID}.sites.localhost:8787/`);
  expect(new SiteHosts("Nexus-Sites.example").urlOf(ID)).toBe(`https://${ID}.nexus-sites.example/`);
  expect(new SiteHosts("sites.notlocalhost").originOf(ID)).toBe(`https://${ID}.sites.notlocalhost`);
});

test.each([
  [`${ID}.sites.localhost`, "site"],
  [`${ID.toUpperCase()}.sites.localhost`, "none"],
  ["sites.localhost", "none"],
  ["sites.localhost.", "none"],
  [`${ID}.sites.localhost.`, "none"],
  [`x.${ID}.sites.localhost`, "none"],
  [`${ID}l.sites.localhost`, "none"],
  [".sites.localhost", "none"],
  ["localhost", "app"],
  ["127.0.0.1", "app"],
  ["evilsites.localhost", "app"],
  [`${ID}.sites.localhost.evil.example`, "app"],
])("%s is of the kind %s", (hostname, kind) => {
  expect(new SiteHosts("sites.localhost:8787").kindOf(hostname).kind).toBe(kind);
});

test.each([undefined, "", "  ", "http://x", "a b", "*.x", "x:99999999"])("%j publishes nothing", (domain) => {
  const hosts = new SiteHosts(domain);
  expect(hosts.isConfigured).toBe(false);
  expect(hosts.kindOf("x.sites.localhost").kind).toBe("app");
});

test("ids are one lower-case label", () => {
  expect(Array.from({ length: 50 }, () => newSiteId()).every(isSiteId)).toBe(true);
});
