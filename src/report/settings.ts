import type { SettingSource } from '../model/config.ts';
import type { JsonValue } from '../model/json.ts';
import { jsonText } from './json-text.ts';
import { EMPTY, fixed, paint, span } from './lines.ts';
import type { ReportOptions } from './options.ts';

/** One setting that won, and what decided it. */
export interface Setting {
  readonly name: string;
  readonly value: JsonValue;
  readonly source: SettingSource;
}

/** `poscert config --print`: a line a setting. `file`: the configuration file, relative to the working directory. */
export function settingsText(
  settings: readonly Setting[],
  file: string | undefined,
  options: Pick<ReportOptions, 'color' | 'width'>,
): string {
  const width = Math.max(0, ...settings.map((one) => one.name.length));
  return paint(
    [
      fixed(0, file === undefined ? 'no poscert.yaml from here upwards' : `configuration file: ${file}`),
      EMPTY,
      ...settings.map((one) =>
        fixed(
          0,
          one.name.padEnd(width),
          '  ',
          span(told(one.value), 'strong'),
          span(`  (${one.source})`, one.source === 'default' ? 'dim' : 'accent'),
        ),
      ),
    ],
    options,
  );
}

function told(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The same for programs. */
export function settingsJson(settings: readonly Setting[], file: string | undefined): string {
  const body = Object.fromEntries(
    settings.map(({ name, value, source }) => [name, { value, source }] as const),
  );
  return `${jsonText({ ...(file === undefined ? {} : { file }), settings: body }, 2)}\n`;
}
