import { defineErrors } from '../kit/error.ts';

export const gatewayErrors = defineErrors({
  serviceDown: {
    code: 'GATEWAY_SERVICE_DOWN',
    status: 503,
    message: 'This part of the house is not answering. Your work elsewhere goes on; please try again in a moment.',
  },
  serviceSlow: {
    code: 'GATEWAY_SERVICE_SLOW',
    status: 504,
    message: 'This part of the house took too long to answer. Please try again.',
  },
  servicePlanned: {
    code: 'GATEWAY_SERVICE_PLANNED',
    status: 404,
    message: 'This part of the house is planned, but not built yet.',
  },
});
