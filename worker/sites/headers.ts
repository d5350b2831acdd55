/*
 * H1 A page runs in an opaque origin (`sandbox` without allow-same-origin): it has no cookies, no storage, and no
 *    service worker that would outlive a rollback.
 * H2 It loads its own files and nothing of anybody else. Own files are named by the site's full origin, because in an
 *    opaque one 'self' is nobody; for the same reason they answer CORS and are no secret to anybody who has the address.
 * H3 Its forms may write a mail or ask the site itself. A script can still lead the visitor elsewhere, with what they
 *    typed in the address: no policy that browsers know prevents it.
 * H4 It is never framed, never indexed, never told where a visitor comes from, and uses no device.
 * There is no Cross-Origin-Opener-Policy: HTML makes an error of a page that has both it and a sandbox. Nothing is lost
 * by it, since the app opens sites without an opener and cuts those that open it.
 */

const SANDBOX = [
  "allow-scripts",
  "allow-forms",
  "allow-modals",
  "allow-downloads",
  "allow-popups",
  "allow-popups-to-escape-sandbox",
  "allow-top-navigation-by-user-activation",
].join(" ");

const DEVICES = [
  "accelerometer",
  "autoplay",
  "camera",
  "clipboard-read",
  "display-capture",
  "encrypted-media",
  "fullscreen",
  "geolocation",
  "gyroscope",
  "hid",
  "idle-detection",
  "local-fonts",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "publickey-credentials-get",
  "screen-wake-lock",
  "serial",
  "storage-access",
  "usb",
  "window-management",
  "xr-spatial-tracking",
];

export const contentPolicy = (origin: string): string =>
  [
    `sandbox ${SANDBOX}`,
    "default-src 'none'",
    `script-src 'self' ${origin} 'unsafe-inline'`,
    `style-src 'self' ${origin} 'unsafe-inline'`,
    `img-src 'self' ${origin} data: blob:`,
    `font-src 'self' ${origin} data:`,
    `media-src 'self' ${origin} data: blob:`,
    `connect-src 'self' ${origin}`,
    `manifest-src 'self' ${origin}`,
    "worker-src 'none'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action 'self' ${origin} mailto:`,
    "frame-ancestors 'none'",
  ].join("; ");

/** On every answer of a site's host, whatever it is. */
export function siteHeaders(origin: string): Headers {
  return new Headers({
    "content-security-policy": contentPolicy(origin),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
    "permissions-policy": DEVICES.map((name) => `${name}=()`).join(", "),
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
    "x-dns-prefetch-control": "off",
    ...(origin.startsWith("https:") ? { "strict-transport-security": "max-age=63072000" } : {}),
  });
}
