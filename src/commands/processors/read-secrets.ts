/**
 * The secrets of a payment account, from the environment: in a setting of their own (`TUPPENCE_STRIPE_1_SECRET_KEY`), or in
 * a file that `…_FILE` names, which is how containers and service managers hand them over. They go into the account's
 * adapter and nowhere else; what is said about a wrong one names its setting, never its value.
 */
import type { readFile } from 'node:fs/promises';
import {
  type ProcessorEntry,
  type SecretKind,
  secretName,
  secretsNeeded,
} from '../../newsroom/index.ts';

export type Secrets = Readonly<Record<SecretKind, string>>;

export type SecretsReading =
  | { readonly ok: true; readonly secrets: Secrets }
  | { readonly ok: false; readonly sentence: string };

export interface SecretsSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string, encoding: 'utf8') => ReturnType<typeof readFile>;
}

/** Longer than any key there is; a file by mistake, a certificate or a whole `.env`, is not. */
const LARGEST_SECRET_LENGTH = 1_000;

/** All that an account of this kind needs (`''` for what it does not), or a sentence on the first that is missing. */
export async function readSecrets(
  entry: Pick<ProcessorEntry, 'kind' | 'account'>,
  source: SecretsSource,
): Promise<SecretsReading> {
  const secrets = { SECRET_KEY: '', WEBHOOK_SECRET: '', CLIENT_SECRET: '', API_KEY: '' };
  for (const kind of secretsNeeded(entry.kind)) {
    const read = await readSecret(secretName(entry.account, kind), source);
    if (!read.ok) return read;
    secrets[kind] = read.value;
  }
  return { ok: true, secrets };
}

type SecretReading =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly sentence: string };

async function readSecret(name: string, source: SecretsSource): Promise<SecretReading> {
  const fileName = `${name}_FILE`;
  const here = given(source.environment[name]);
  const file = given(source.environment[fileName]);
  if (here !== null && file !== null) {
    return refuse(`both ${name} and ${fileName} are set; keep one of them`);
  }
  if (here === null && file === null) {
    return refuse(
      `its secret ${name} is missing; set it in the environment, or ${fileName} to the path of a file that holds it`,
    );
  }
  const text = here ?? (await textOf(file ?? '', source));
  if (text === null) return refuse(`the file that ${fileName} names cannot be read`);
  const value = text.trim();
  const says = here === null ? `the file that ${fileName} names` : name;
  if (value === '') return refuse(`${says} is empty`);
  if (value.length > LARGEST_SECRET_LENGTH) return refuse(`${says} holds far more than one secret`);
  return { ok: true, value };
}

function given(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

async function textOf(path: string, source: SecretsSource): Promise<string | null> {
  try {
    return String(await source.readFile(path, 'utf8'));
  } catch {
    return null;
  }
}

function refuse(sentence: string): { readonly ok: false; readonly sentence: string } {
  return { ok: false, sentence };
}
