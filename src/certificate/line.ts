const PART = '(0|[1-9]\\d{0,8})';
const VERSION = new RegExp(`^${PART}\\.${PART}\\.${PART}$`);

/** A version of three numbers; undefined for any other text (leading zeros, two parts, suffixes, digits that aren't ASCII). */
export interface Version {
  readonly text: string;
  /** Major.Minor: what a certificate covers. */
  readonly line: string;
}

/** Reads `Major.Minor.Build`. Source: certificate.md, Policy; standards.md 1.10. */
export function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  return match?.[1] !== undefined && match[2] !== undefined
    ? { text, line: `${match[1]}.${match[2]}` }
    : undefined;
}

/** `pkg:generic/<percent-encoded name>@<line>`: the name is never slugged, so that two names can't collide. */
export function resourceUri(name: string, line: string): string {
  return `pkg:generic/${percentEncode(name.normalize('NFC'))}@${line}`;
}

function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
