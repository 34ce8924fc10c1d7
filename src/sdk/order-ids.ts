import { randomBytes } from 'node:crypto';

/** An order id that no till of anybody makes twice: the date for people, chance for the rest; 29 characters. */
export function orderId(today: number): string {
  return `${new Date(today).toISOString().slice(0, 10)}-${randomBytes(9).toString('hex')}`;
}
