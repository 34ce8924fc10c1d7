import type { Card } from '../../model/pos-v10/truth.ts';

/** A customer as a check-in brings one in. */
export interface Guest {
  readonly phone?: string;
  readonly card: Card;
  readonly loyaltyIds: readonly string[];
  readonly customerReceiptToken: string;
  readonly lookedUpAfter: number;
  readonly partialCapture?: boolean;
}

const plain = { loyaltyIds: [], customerReceiptToken: '', lookedUpAfter: 0, partialCapture: false };

/** By the last digit of the documented phones (pos-v10.md 1.11); what they can do beside their card is inferred from their names. */
const USERS: Readonly<Record<string, Omit<Guest, 'phone'>>> = {
  '1': { ...plain, card: 'credit' },
  '2': { ...plain, card: 'debit' },
  '3': { ...plain, card: 'credit', customerReceiptToken: 'd0d0f8dc0adc4cec9398d82c93dad0d3' },
  '4': { ...plain, card: 'credit', loyaltyIds: ['20031804'] },
  '5': { ...plain, card: 'credit', partialCapture: true },
};

/** The test user with this phone, with or without country code, or undefined. */
export function testUser(phone: string): Guest | undefined {
  const digits = phone.replace(/[\s-]/g, '').replace(/^(\+|00)/, '');
  const danish = /^(?:45)?2003180([1-5])$/.exec(digits);
  const finnish = /^(?:358)?20031800([1-5])$/.exec(digits);
  const user = USERS[danish?.[1] ?? finnish?.[1] ?? ''];
  if (user === undefined) return undefined;
  return { ...user, phone: danish ? `+45${digits.slice(-8)}` : `+358${digits.slice(-9)}` };
}

/** A customer without a name: a credit card, no loyalty. */
export const ANYBODY: Guest = { card: 'credit', loyaltyIds: [], customerReceiptToken: '', lookedUpAfter: 0 };

/** The token that tells customers apart: 40 hexadecimal digits, the same at each visit of the same phone. */
export function customerTokenOf(identity: string): string {
  let token = '';
  for (let round = 0; token.length < 40; round += 1) {
    let hash = 0x811c9dc5 ^ round;
    for (let at = 0; at < identity.length; at += 1)
      hash = Math.imul(hash ^ identity.charCodeAt(at), 0x01000193);
    token += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return token;
}
