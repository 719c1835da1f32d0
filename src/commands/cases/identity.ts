/** E-mail addresses: the canonical form, and whether two texts are one person for our records. */
import { z } from 'zod';
import { isSameMailbox, readEmailAddress } from '../../letters/index.ts';
import { caseFormat } from './case-format.ts';

const given = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('canonical'), text: z.string() }),
  z.object({ kind: z.literal('pair'), a: z.string(), b: z.string() }),
]);

export const identity = caseFormat({
  name: 'identity',
  given,
  run: (one: z.infer<typeof given>) => {
    if (one.kind === 'pair') return { same: isSameMailbox(one.a, one.b) };
    const address = readEmailAddress(one.text);
    return address.ok ? { canonical: address.canonical } : { error: address.error };
  },
});
