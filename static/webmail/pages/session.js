// What the browser keeps for this site: the token of forms, and the zone that times are sizeText in.

const YEAR = 31_536_000; // seconds

/**
 * The token that forms must bear, which is new after each sign-in.
 * @returns {string | undefined}
 */
export const formToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

/**
 * From now on the server writes times in the zone of this browser.
 * @returns {boolean} whether the times on this page are of another zone
 */
export function setZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || document.cookie.includes(`zone=${zone}`)) return false;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `zone=${zone};path=/;max-age=${YEAR};samesite=lax`;
  return zone !== "UTC";
}
