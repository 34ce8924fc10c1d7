import type { JsonValue } from '../model/json.ts';
import { headerValue, type Header } from '../model/http.ts';
import type { ExchangeReport, RunReport } from '../model/run.ts';
import { bodyText } from './exchange-text.ts';
import { jsonText } from './json-text.ts';

/**
 * The exchanges of the report as HAR 1.2 (standards.md 2.3): those that findings name, or all with -v. What poscert knows beside it stands
 * in `_poscert`. The report is redacted already, so nothing secret can come back by another member.
 */
export function harReport(report: RunReport): string {
  return `${jsonText(
    {
      log: {
        version: '1.2',
        creator: { name: report.tool.name, version: report.tool.version },
        entries: report.exchanges.map((one) => entry(report, one)),
        comment: `poscert run ${report.run}, times from its own clock, secrets redacted`,
      },
    },
    2,
  )}\n`;
}

function entry(report: RunReport, one: ExchangeReport): Record<string, unknown> {
  const time = Math.max(0, (one.endedAt ?? one.at) - one.at);
  return {
    startedDateTime: startedAt(report, one),
    time,
    request: request(one),
    response: response(one),
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
    _poscert: {
      exchange: one.exchange,
      lane: one.lane,
      ...(one.case === undefined ? {} : { case: one.case }),
      ...(one.operation === undefined ? {} : { operation: one.operation }),
      ...(one.outcome === undefined ? {} : { outcome: one.outcome }),
      ...(one.fault === undefined ? {} : { fault: one.fault }),
    },
  };
}

function startedAt(report: RunReport, one: ExchangeReport): string {
  const start = Date.parse(report.startedAt);
  return new Date(Number.isFinite(start + one.at) ? start + one.at : 0).toISOString();
}

function request(one: ExchangeReport): Record<string, unknown> {
  const text = bodyText(one.requestBody);
  const host = headerValue(one.requestHeaders, 'host') ?? '';
  const origin = `http://${/^[\w.:[\]-]+$/.test(host) ? host : 'poscert.invalid'}`;
  return {
    method: one.method,
    url: one.target.startsWith('/') ? `${origin}${one.target}` : one.target,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: pairs(one.requestHeaders),
    queryString: queryOf(one.target),
    ...(text === undefined
      ? {}
      : { postData: { mimeType: mimeType(one.requestHeaders, one.requestBody), text } }),
    headersSize: -1,
    bodySize: -1,
  };
}

/** Where the client got nothing, the status is 0, as browsers write it. */
function response(one: ExchangeReport): Record<string, unknown> {
  const headers = one.answerHeaders ?? [];
  const text = bodyText(one.answerBody);
  return {
    status: one.status ?? 0,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: pairs(headers),
    content: {
      size: text === undefined ? 0 : new TextEncoder().encode(text).length,
      mimeType: mimeType(headers, one.answerBody),
      ...(text === undefined ? {} : { text }),
    },
    redirectURL: headerValue(headers, 'location') ?? '',
    headersSize: -1,
    bodySize: -1,
  };
}

function pairs(headers: readonly Header[]): readonly { readonly name: string; readonly value: string }[] {
  return headers.map(([name, value]) => ({ name, value }));
}

function queryOf(target: string): readonly { readonly name: string; readonly value: string }[] {
  const start = target.indexOf('?');
  if (start === -1) return [];
  return Array.from(new URLSearchParams(target.slice(start + 1)), ([name, value]) => ({ name, value }));
}

function mimeType(headers: readonly Header[], body: JsonValue | undefined): string {
  const stated = headerValue(headers, 'content-type');
  if (stated !== undefined) return stated;
  return body === undefined || typeof body === 'string' ? 'text/plain' : 'application/json';
}
