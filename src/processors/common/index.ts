export {
  type CallJsonOptions,
  callJson,
  type Heard,
  type JsonCall,
  unknownByStatus,
} from './call-json.ts';
export {
  type OpenProcessor,
  type PayPageDependencies,
  payPageAddress,
  payPagesPath,
} from './open-processor.ts';
