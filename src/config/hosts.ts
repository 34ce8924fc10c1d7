/** Where real money moves: nothing of ours is ever sent there (pos-v10.md 1.1). */
const PRODUCTION = ['api.mobilepay.dk', 'api.vipps.no'];

/** Whether an address is one of production's. */
export function isProduction(url: string): boolean {
  const host = hostOf(url)?.replace(/\.$/, '');
  return host !== undefined && PRODUCTION.includes(host);
}

/** Whether an address or host never leaves this machine. */
export function isLoopback(urlOrHost: string): boolean {
  const host = (hostOf(urlOrHost) ?? urlOrHost.toLowerCase()).replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** The address as a URL of http or https, or undefined. */
export function httpUrl(text: string): URL | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}

function hostOf(text: string): string | undefined {
  return httpUrl(text)?.hostname.toLowerCase();
}
