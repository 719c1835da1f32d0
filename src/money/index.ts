export { allocate } from './allocate.ts';
export {
  CURRENCIES,
  type Currency,
  currencyRow,
  isCurrency,
  minorPerUnit,
  parseCurrency,
} from './currency.ts';
export { type CurrencyRow, RETIRED_CURRENCIES, type RetiredCurrency } from './currency-table.ts';
export { formatMoney, type MoneyFormat, plainAmount } from './format-money.ts';
export {
  addMoney,
  compareMoney,
  equalMoney,
  isZero,
  LARGEST_MINOR,
  type Money,
  money,
  negateMoney,
  subtractMoney,
  sumMoney,
  zero,
} from './money.ts';
export { type PackedAmountForm, packAmountForm, unpackAmountForm } from './packed-form.ts';
export { type AmountField, amountForm, type ParsedAmount, parseAmount } from './parse-amount.ts';
export {
  type AmountRefusal,
  type Counting,
  currenciesOf,
  decimalText,
  fromProcessorAmount,
  processorCounting,
  type ReceivedAmount,
  type SentAmount,
  toProcessorAmount,
} from './processor-amount.ts';
export { PROCESSOR_NAMES, type ProcessorName } from './processor-tables.ts';
export {
  AMOUNT_ERRORS,
  type AmountError,
  type AmountForm,
  type ReadAmount,
  readAmount,
} from './read-amount.ts';
