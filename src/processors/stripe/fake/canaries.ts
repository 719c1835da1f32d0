/** What must never come out of an adapter: planted wherever Stripe's answers hold something personal or secret. */

export const CANARY_NAME = 'Canary Nightingale';
export const CANARY_MAIL = 'canary@supporter.example';
export const CANARY_STREET = '77 Canary Row';
export const CANARY_PHONE = '+15550100777';
export const CANARY_SECRET = 'CanarySecret';
/** The newsroom's own people. */
export const CANARY_STAFF_MAIL = 'canary.staff@newsroom.example';

export const CANARIES: readonly string[] = [
  CANARY_NAME,
  CANARY_MAIL,
  CANARY_STREET,
  CANARY_PHONE,
  CANARY_SECRET,
  CANARY_STAFF_MAIL,
];
