/** BTCPay Server behind the processor port, with a pay page of ours. */
export { openBtcPay } from './adapter.ts';
export {
  type BtcPayMode,
  type BtcPaySettings,
  checkBtcPaySettings,
  type OpenBtcPayOptions,
} from './settings.ts';
