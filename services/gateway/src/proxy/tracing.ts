import type { IncomingMessage } from 'node:http';
import { context, propagation, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** The span of one request through the door. */
export interface DoorSpan {
  /** Tells the service of which trace its work is a part. */
  readonly inject: (headers: Record<string, string>) => void;
  readonly end: (route: string, status: string) => void;
}

const tracer = trace.getTracer('authorworks');

const nameOf = (method: string, route: string): string => `${method} ${route}`;

/** @returns undefined where no tracing is loaded. */
export const startSpan = ({ method = 'GET', headers }: IncomingMessage): DoorSpan | undefined => {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const span: Span = tracer.startSpan(method, { kind: SpanKind.SERVER }, parent);
  if (!span.isRecording()) return undefined;
  return {
    inject: (target) => propagation.inject(trace.setSpan(parent, span), target),
    end: (route, status) => {
      span.updateName(nameOf(method, route));
      span.setAttributes({ 'service.name': 'gateway', 'http.request.method': method, 'http.route': route });
      if (/^\d+$/.test(status)) span.setAttribute('http.response.status_code', Number(status));
      if (status === 'aborted' || status.startsWith('5'))
        span.setStatus({ code: SpanStatusCode.ERROR, message: status });
      span.end();
    },
  };
};

/** Runs `work` as a part of this span's trace. */
export const within = <T>(span: DoorSpan | undefined, work: () => T): T => {
  if (!span) return work();
  const carrier: Record<string, string> = {};
  span.inject(carrier);
  return context.with(propagation.extract(ROOT_CONTEXT, carrier), work);
};
