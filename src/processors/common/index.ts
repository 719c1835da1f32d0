export {
  type CallJsonOptions,
  callJson,
  type Heard,
  type JsonCall,
  unknownByStatus,
} from './call-json.ts';
