export { type Currency, isCurrency } from './currency.ts';
export { equalMoney, LARGEST_MINOR, type Money, money } from './money.ts';
