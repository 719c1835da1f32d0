/** The pay page of a BTCPay account. */
export { createPayPages } from './routes.ts';
