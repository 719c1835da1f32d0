/**
 * How long things take at a BTCPay server, as we ask for it with every invoice, so that a store's own settings do not
 * decide what our pages and books promise.
 */

/**
 * How long the price in coins holds. BTCPay's own default of 15 minutes is too short for somebody on a slow link who
 * opens a wallet on another device; the newsroom bears the change of the rate meanwhile.
 */
export const EXPIRY_MINUTES = 60;

/**
 * How long after that a payment which fell short is waited for before it is booked as it is, and after which BTCPay calls
 * unconfirmed coins invalid. BTCPay notices coins that come later than that all the same, and so do we.
 */
export const MONITORING_MINUTES = 1440;

/**
 * How far back invoices are read again, because BTCPay lists by the day an invoice was made and not by what changed: an
 * hour to pay, a day to confirm or to make good what fell short, and as much again for what is slow.
 */
export const LOOK_BACK_HOURS = 72;

/** Before the first look nothing older is listed: what a store did before is not ours to explain. */
export const FIRST_LOOK_HOURS = 30 * 24;

/** How old an invoice may be whose coins are still found among the books of the day on which they came. */
export const LATE_HOURS = 45 * 24;
