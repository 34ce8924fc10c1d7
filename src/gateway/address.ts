import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** Whether a URL's host names this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Whether a URL's host is a literal address that no host has: link-local, multicast or unspecified. */
export function isNoHost(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return isIP(address) !== 0 && NEVER.check(address, familyOf(address));
}

const NEVER = new BlockList();
NEVER.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER.addSubnet('224.0.0.0', 4, 'ipv4');
NEVER.addSubnet('0.0.0.0', 8, 'ipv4');
NEVER.addSubnet('fe80::', 10, 'ipv6');
NEVER.addSubnet('ff00::', 8, 'ipv6');
NEVER.addAddress('::', 'ipv6');
const PRIVATE = new BlockList();
PRIVATE.addSubnet('127.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

/** Why a name may not lead to this address, or undefined. An address of a private network must be configured as such. */
export function addressFault(name: string, address: string): string | undefined {
  const family = familyOf(address);
  if (NEVER.check(address, family)) return `${name} leads to ${address}, which is no host`;
  if (PRIVATE.check(address, family) && name !== 'localhost') {
    return `${name} leads to ${address}, an address of this machine or of a private network`;
  }
  return undefined;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** Looks each name up once and keeps the address, so that a name cannot lead elsewhere later. */
export function pinnedLookup(): LookupFunction {
  const pinned = new Map<string, Promise<{ address: string; family: number }>>();
  return (hostname, options, done) => {
    const found = pinned.get(hostname) ?? lookup(hostname);
    pinned.set(hostname, found);
    found.then(
      ({ address, family }) => {
        const fault = addressFault(hostname, address);
        if (fault !== undefined) done(new Error(fault), address, family);
        else if (options.all) done(null, [{ address, family }]);
        else done(null, address, family);
      },
      (error: unknown) => {
        pinned.delete(hostname);
        done(error instanceof Error ? error : new Error(String(error)), '', 0);
      },
    );
  };
}
