/**
 * How each processor counts each currency: the reviewed rows behind `processor-amount.ts`, kept apart so that they can
 * be read against their sources line by line.
 *
 * The number of decimals belongs to the pair (processor, currency). HUF has two decimals at the card processor, none at
 * PayPal; ISK two at the card processor, none at BTCPay. A pair that stands nowhere here is *unknown*: it is not
 * offered until a person has read a source and added it. Never fall back to two decimals (Ghost#23151). A processor may
 * count currencies that we do not give in; those rows say how it counts, and nothing is offered by them.
 */

export const PROCESSOR_NAMES = ['sandbox', 'stripe', 'paypal', 'btcpay'] as const;
export type ProcessorName = (typeof PROCESSOR_NAMES)[number];

export interface CountingGroup {
  /** Decimals of the processor's minor units, or of its decimal text. */
  readonly exponent: number;
  readonly wholeUnitsOnly: boolean;
  /** Smallest allowed change in the processor's minor units, where it is neither 1 nor one whole unit. */
  readonly step?: bigint;
  readonly currencies: readonly string[];
}

export interface ProcessorTable {
  /** `integer`: digits of a whole number of minor units. `decimal`: text with exactly the pair's decimals. */
  readonly wire: 'integer' | 'decimal';
  readonly source: string;
  /** `same-as-ours`: every currency of our table, counted as we count it. */
  readonly groups: readonly CountingGroup[] | 'same-as-ours';
}

const codes = (text: string): readonly string[] => Object.freeze(text.trim().split(/\s+/));

export const PROCESSOR_TABLES: Record<ProcessorName, ProcessorTable> = {
  /** Our own test bank: it counts as our books do. */
  sandbox: { wire: 'integer', source: 'our own', groups: 'same-as-ours' },

  stripe: {
    wire: 'integer',
    source:
      'docs.stripe.com/currencies (zero-decimal, three-decimal, special cases), liberapay/liberapay.com currency tables, read November 2026',
    groups: [
      {
        exponent: 2,
        wholeUnitsOnly: false,
        currencies: codes(`
          AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE
          CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG IDR ILS INR JMD KES KGS KHR KYD KZT
          LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
          PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TOP TRY TTD TZS UAH USD UYU UZS WST
          XCD YER ZAR ZMW`),
      },
      {
        exponent: 0,
        wholeUnitsOnly: true,
        currencies: codes('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'),
      },
      // Special cases win over the zero-decimal list (woocommerce-gateway-stripe#2674: 5 shillings are 500).
      { exponent: 2, wholeUnitsOnly: true, currencies: codes('HUF ISK TWD UGX') },
      // Three decimals, of which the last must be 0.
      { exponent: 3, wholeUnitsOnly: false, step: 10n, currencies: codes('BHD JOD KWD OMR TND') },
    ],
  },

  paypal: {
    wire: 'decimal',
    source:
      'developer.paypal.com currency codes through liberapay/liberapay.com and doc.oroinc.com, read November 2026',
    groups: [
      {
        exponent: 2,
        wholeUnitsOnly: false,
        currencies: codes(
          'AUD BRL CAD CHF CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN SEK SGD THB USD',
        ),
      },
      // A decimal point makes the request fail.
      { exponent: 0, wholeUnitsOnly: true, currencies: codes('HUF JPY TWD') },
    ],
  },

  btcpay: {
    wire: 'decimal',
    source:
      'btcpayserver/btcpayserver Currencies.json, read November 2026: its fiat rows, BTC and SATS',
    groups: [
      {
        exponent: 2,
        wholeUnitsOnly: false,
        currencies: codes(`
          AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY
          COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR
          ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR
          MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLL SOS SRD
          SSP SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW`),
      },
      {
        exponent: 0,
        wholeUnitsOnly: true,
        currencies: codes(
          'BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF SATS UGX VND VUV XAF XOF XPF',
        ),
      },
      {
        exponent: 3,
        wholeUnitsOnly: false,
        currencies: codes('BHD IQD JOD KWD LYD OMR TND'),
      },
      { exponent: 4, wholeUnitsOnly: false, currencies: codes('CLF') },
      { exponent: 8, wholeUnitsOnly: false, currencies: codes('BTC') },
    ],
  },
};
