/** Paths are texts here: nothing is looked up. Both `/` and `\` separate. */

const ABSOLUTE = /^(?:[/\\]|[A-Za-z]:[/\\])/;

/** `path` as seen from `folder`. */
export function resolvePath(folder: string, path: string): string {
  if (ABSOLUTE.test(path)) return path;
  const plain = path.replace(/^\.[/\\]/, '');
  return /[/\\]$/.test(folder) ? `${folder}${plain}` : `${folder}/${plain}`;
}

/** The folder that `path` stands in. */
export function folderOf(path: string): string {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  if (cut < 0) return '.';
  return cut === 0 || /^[A-Za-z]:$/.test(path.slice(0, cut)) ? path.slice(0, cut + 1) : path.slice(0, cut);
}

/** `folder` and every folder above it, the nearest first. */
export function foldersUp(folder: string): string[] {
  const folders = [folder];
  for (let here = folder; folderOf(here) !== here && folderOf(here) !== '.'; here = folderOf(here))
    folders.push(folderOf(here));
  return folders;
}
