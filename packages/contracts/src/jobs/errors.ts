import { defineErrors } from '../kit/error.ts';

export const jobsErrors = defineErrors({
  taskNotFound: { code: 'JOBS_TASK_NOT_FOUND', status: 404, message: 'There is no such task.' },
  runNotFound: { code: 'JOBS_RUN_NOT_FOUND', status: 404, message: 'There is no such run (any more).' },
  inputInvalid: { code: 'JOBS_INPUT_INVALID', status: 400, message: 'The task does not take that input.' },
  runNotOver: {
    code: 'JOBS_RUN_NOT_OVER',
    status: 409,
    message: 'This run is still under way. Stop it first, or wait for its end.',
  },
  runSucceeded: {
    code: 'JOBS_RUN_SUCCEEDED',
    status: 409,
    message: 'This run has succeeded; there is nothing to be done again. Start a new one instead.',
  },
  serviceWithoutQueue: {
    code: 'JOBS_SERVICE_WITHOUT_QUEUE',
    status: 404,
    message: 'There is no such service, or it has no queue.',
  },
  taskFailed: { code: 'JOBS_TASK_FAILED', status: 500, message: 'The task ended with an error; its log says more.' },
  outOfMemory: {
    code: 'JOBS_OUT_OF_MEMORY',
    status: 500,
    message: 'The task took more memory than it may have and was ended.',
  },
  tookTooLong: { code: 'JOBS_TOOK_TOO_LONG', status: 500, message: 'The task took longer than it may and was ended.' },
  interrupted: {
    code: 'JOBS_INTERRUPTED',
    status: 500,
    message: 'The task was cut off: its machine, or the service that watched it, went away.',
  },
  cannotStart: { code: 'JOBS_CANNOT_START', status: 500, message: 'The task could not be started.' },
});
