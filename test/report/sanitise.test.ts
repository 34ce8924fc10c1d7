import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible, withoutEscapes } from '../../src/report/characters.ts';
import { commandMessage, commandProperty } from '../../src/report/github-text.ts';
import { html, htmlText } from '../../src/report/html-text.ts';
import { jsonText } from '../../src/report/json-text.ts';
import { markdownBlock, markdownCode, markdownText } from '../../src/report/markdown-text.ts';
import { foreignLines, harmlessLine, oneLine, terminalText } from '../../src/report/terminal-text.ts';
import { cappedXmlText, xmlAttribute, xmlText } from '../../src/report/xml-text.ts';
import { HOSTILE, hostileText } from './hostile.ts';
import { readXml } from './xml-reader.ts';

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/u;
const MARKER = /##[a-z]*\[/i;
const check = (property: (text: string) => void): void => {
  for (const text of HOSTILE) property(text);
  fc.assert(fc.property(hostileText, property), { numRuns: 300 });
};

describe('terminal', () => {
  it('lets no control, bidi or zero-width character and no CI marker through', () => {
    check((text) => {
      expect(oneLine(text)).not.toMatch(HIDDEN);
      expect(terminalText(text).replace(/[\n\t]/g, '')).not.toMatch(HIDDEN);
      expect(oneLine(text)).not.toMatch(MARKER);
      expect(terminalText(text)).not.toMatch(MARKER);
    });
  });

  it('begins every foreign line with its prefix', () => {
    check((text) => {
      for (const line of foreignLines(text)) expect(line).toMatch(/^\| [^\n]*$/);
      expect(harmlessLine(oneLine(text))).not.toMatch(/^\s*(::|##)/);
    });
  });

  it('takes escape sequences out and shows the rest', () => {
    expect(oneLine('\u001b[31mred\u001b[0m')).toBe('red');
    expect(oneLine('a\u001b]52;c;ZXZpbA==\u0007b')).toBe('ab');
    expect(oneLine('\u009b2Jx')).toBe('x');
    expect(oneLine('a\nb\tc\rd')).toBe('a\\u{a}b\\u{9}c\\u{d}d');
    expect(terminalText('a\r\nb\tc')).toBe('a\nb\tc');
    expect(oneLine('\u202Eabc\uD800')).toBe('\\u{202e}abc\\u{d800}');
    expect(oneLine('\u001b]0;never ended')).toBe('\\u{1b}]0;never ended');
    expect(oneLine('##vso[x] ##[y] # #')).toBe('# #vso[x] # #[y] # #');
    expect(oneLine('æøå 5 € 日本 😀')).toBe('æøå 5 € 日本 😀');
  });

  it('costs linear time', () => {
    const started = performance.now();
    for (const introducer of ['\u001b]', '\u001b[', '\u009d', '\u001bP', '\u001b', '##'])
      withoutEscapes(introducer.repeat(200_000));
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('keeps what it is told to keep', () => {
    expect(visible('a\nb', '\n')).toBe('a\nb');
  });
});

describe('xml', () => {
  it('is well-formed whatever the text, and carries no attachment', () => {
    check((text) => {
      const document = `<a b="${xmlAttribute(text)}">${xmlText(text)}</a>`;
      const element = readXml(document);
      expect(element.children).toEqual([]);
      for (const part of [element.text, element.attributes['b'] ?? ''])
        expect(part).not.toMatch(/\[\[(ATTACHMENT|PROPERTY)\|/i);
    });
  });

  it('keeps harmless text as it is, line feeds in attributes too', () => {
    const element = readXml(
      `<a b="${xmlAttribute('1\n2\t<3> "4" \'5\' & æ😀')}">${xmlText('1\r\n2\t<3>')}</a>`,
    );
    expect(element.attributes['b']).toBe('1\n2\t<3> "4" \'5\' & æ😀');
    expect(element.text).toBe('1\n2\t<3>');
    expect(`<a b="${xmlAttribute('1\n2')}"/>`).toContain('&#10;');
  });

  it('caps a text and says so', () => {
    expect(cappedXmlText('x'.repeat(20), 8)).toBe('xxxxxxxx\n[12 more characters: see the json report]');
    expect(readXml(`<a>${cappedXmlText('😀'.repeat(20), 9)}</a>`).text).toContain('31 more');
  });

  it('has a reader that refuses what is not well-formed', () => {
    for (const bad of [
      '<a>\u001b</a>',
      '<a>&#x;</a>',
      '<a>&amp</a>',
      '<a><b></a></b>',
      '<a b="1" b="2"/>',
      '<a>]]></a>',
      '<a/><b/>',
      '<a>\uD800</a>',
      '<a b="<"/>',
      '<a>',
    ])
      expect(() => readXml(bad), bad).toThrow();
  });
});

describe('html', () => {
  it('escapes every value of the template', () => {
    check((text) => {
      const { markup } = html`<p title="${text}">${text}</p>`;
      const element = readXml(
        markup.replace(/&#(39|96);/g, (_, code: string) => (code === '39' ? '&apos;' : '`')),
      );
      expect(element.children).toEqual([]);
      expect(Object.keys(element.attributes)).toEqual(['title']);
      expect(htmlText(text)).not.toMatch(/[<>"'`]/);
      expect(htmlText(text).replace(/[\n\t]/g, '')).not.toMatch(HIDDEN);
    });
  });

  it('takes pieces as they are, and nothing for nothing', () => {
    expect(html`${html`<b>${'<'}</b>`}${false}${undefined}${[html`<i></i>`, html`${1}`]}`.markup).toBe(
      '<b>&lt;</b><i></i>1',
    );
  });
});

describe('markdown', () => {
  it('makes neither markup nor links of a text', () => {
    check((text) => {
      const written = markdownText(text);
      expect(written).not.toMatch(HIDDEN);
      expect(written).not.toMatch(/[<>@$]/);
      expect(written).not.toMatch(/(^|[^\\])(\\\\)*[`*_[\]|~]/);
      expect(written).not.toMatch(/:\/\/|www\./i);
    });
  });

  it('fences longer than any run of back-ticks', () => {
    check((text) => {
      const lines = markdownBlock(text).split('\n');
      const fence = (lines.at(-1) ?? '').length;
      expect(fence).toBeGreaterThanOrEqual(3);
      for (const line of lines.slice(1, -1))
        for (const [run] of line.matchAll(/`+/g)) expect(run.length).toBeLessThan(fence);
      const code = markdownCode(text);
      const outer = /^`+/.exec(code)?.[0].length ?? 0;
      for (const [run] of code.slice(outer, -outer).matchAll(/`+/g)) expect(run.length).toBeLessThan(outer);
      expect(code).not.toMatch(/\n/);
      expect(code).not.toMatch(/(^|[^\\])\|/);
    });
  });

  it('reads well where nothing is hostile', () => {
    expect(markdownText('Complete a payment: 100.00 DKK')).toBe('Complete a payment: 100.00 DKK');
    expect(markdownText('# x')).toBe('\\# x');
    expect(markdownText('1. x')).toBe('1\\. x');
    expect(markdownCode('a`b')).toBe('``a`b``');
  });
});

describe('github', () => {
  it('stays one command on one line', () => {
    check((text) => {
      const line = `::error title=${commandProperty(text)}::${commandMessage(text)}`;
      expect(line).not.toMatch(/[\r\n]/);
      expect(commandProperty(text)).not.toMatch(/[:,]/);
      expect(line).not.toMatch(MARKER);
    });
  });

  it('escapes as the toolkit does', () => {
    expect(commandMessage('100%\nx: y, z')).toBe('100%25%0Ax: y, z');
    expect(commandProperty('a:b,c')).toBe('a%3Ab%2Cc');
  });
});

describe('json', () => {
  it('reads back as what it was, lone surrogates aside, and shows nothing hidden', () => {
    check((text) => {
      const written = jsonText({ [text]: [text] });
      expect(written).not.toMatch(HIDDEN);
      expect(written).not.toContain('##');
      const wanted = text.replace(/\p{Cs}/gu, '\uFFFD');
      expect(Object.values(JSON.parse(written) as Record<string, string[]>)).toEqual([[wanted]]);
    });
  });
});
