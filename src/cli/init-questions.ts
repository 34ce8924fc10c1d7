import { versionSchema } from '../model/config.ts';
import { LANGUAGES, type Language } from './init-languages.ts';

/** What `poscert init` has to know. */
export interface Answers {
  readonly language: Language;
  readonly name: string;
  /** Major.Minor.Build, or the file that holds it. */
  readonly version: string | { readonly from: string };
}

/** Asks what no flag has said; undefined where the person went away. */
export async function askAnswers(
  guess: Answers,
  said: Readonly<Partial<Record<'language' | 'name' | 'version', boolean>>>,
): Promise<Answers | undefined> {
  // 30 ms that only a person at a terminal pays for.
  const { cancel, intro, isCancel, select, text } = await import('@clack/prompts');
  const gone = (): undefined => {
    cancel('Nothing was written.');
    return undefined;
  };
  intro('poscert init');
  let { language, name, version } = guess;
  if (said.language !== true) {
    const id = await select({
      message:
        'What will the adapter be written in? Your client may be in any language; the adapter talks to it.',
      options: LANGUAGES.map((one) => ({ value: one.id, label: one.title, hint: one.needs })),
      initialValue: language.id,
    });
    if (isCancel(id)) return gone();
    language = LANGUAGES.find((one) => one.id === id) ?? language;
  }
  if (said.name !== true) {
    const told = await text({
      message: 'What is the client system called, as MobilePay knows it?',
      initialValue: name,
      validate: (value) =>
        (value ?? '').trim() === '' ? 'A name is needed: the certificate bears it.' : undefined,
    });
    if (isCancel(told)) return gone();
    name = told.trim();
  }
  if (said.version !== true && typeof version === 'string') {
    const told = await text({
      message: 'Which version of it is to be certified?',
      initialValue: version,
      validate: (value) =>
        versionSchema.safeParse(value).success
          ? undefined
          : 'Major.Minor.Build, such as 2.1.0, without leading zeros',
    });
    if (isCancel(told)) return gone();
    version = told;
  }
  return { language, name, version };
}
