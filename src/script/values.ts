import { NAME } from '../model/case-file.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { nodeAt, type Path } from '../model/located.ts';
import { complain, type Scope } from './scope.ts';

/** Whether a value stands for another: `$name`, or `{ save: name }`. */
export function isPlaceholder(value: JsonValue): boolean {
  return nameRead(value) !== undefined || nameSaved(value) !== undefined;
}

/** `$name` → name; undefined for anything else. `$$x` is the text `$x`. */
export function nameRead(value: JsonValue): string | undefined {
  return typeof value === 'string' && value.startsWith('$') && !value.startsWith('$$')
    ? value.slice(1)
    : undefined;
}

/** `{ save: name }` → name. */
export function nameSaved(value: JsonValue): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const [key, ...more] = Object.keys(value);
  const name = value['save'];
  return key === 'save' && more.length === 0 && typeof name === 'string' ? name : undefined;
}

/** Every name that `value` saves. */
export function namesSaved(value: JsonValue): string[] {
  const name = nameSaved(value);
  return name === undefined ? inner(value).flatMap(namesSaved) : [name];
}

function inner(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

/**
 * Checks the names in what stands at `path`: `$name` is a whole value, never part of one, and values are saved only where there is one to
 * save (`saves`).
 */
export function checkNames(scope: Scope, path: Path, saves: boolean): void {
  const value = nodeAt(scope.located.root, path)?.value;
  if (value === undefined) return;
  if (typeof value === 'string') {
    const name = nameRead(value);
    if (name !== undefined && !NAME.test(name)) complain(scope, path, 'name-malformed', { text: value });
    else if (name === undefined && /[^$]\$[A-Za-z]/.test(value))
      complain(scope, path, 'name-in-text', { text: value });
    return;
  }
  if (isJsonObject(value) && Object.hasOwn(value, 'save')) {
    const name = nameSaved(value);
    if (name === undefined || !NAME.test(name)) complain(scope, path, 'save-malformed', {});
    else if (!saves) complain(scope, path, 'save-misplaced', { name });
    return;
  }
  const parts = Array.isArray(value) ? value.keys() : isJsonObject(value) ? Object.keys(value) : [];
  for (const part of parts) checkNames(scope, [...path, part], saves);
}

/** Members as they stand at `path`, or undefined where there are none. */
export function membersAt(scope: Scope, path: Path): JsonObject | undefined {
  const value = nodeAt(scope.located.root, path)?.value;
  return isJsonObject(value) ? value : undefined;
}
