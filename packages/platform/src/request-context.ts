import { AsyncLocalStorage } from 'node:async_hooks';

/** What travels along with a request, event or job through everything that it causes. */
export interface RequestContext {
  /** Id of the request at the door; becomes `correlationId` of events and jobs, and X-Request-Id of calls. */
  readonly requestId: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that `currentRequest()` answers `context` in all that it awaits. */
export const withRequest = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

export const currentRequest = (): RequestContext | undefined => storage.getStore();
