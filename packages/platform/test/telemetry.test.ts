import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanKind } from '@opentelemetry/api';
import { createClient } from '@authorworks/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTelemetry } from '../src/telemetry.ts';
import { inSpan, currentTrace } from '../src/trace-context.ts';
import {
  eventually,
  startTestIssuer,
  startTestServers,
  startTestService,
  type TestIssuer,
  type TestServers,
  type TestService,
} from '../src/testing/index.ts';
import { countJob, poemWritten, toy, toyApi, type ToyContext } from './toy.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}
interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

const CANARY = 'canary-title-5d1e';

describe('traces', () => {
  const spans: Span[] = [];
  let raw = '';
  let collector: Server;
  let servers: TestServers;
  let issuer: TestIssuer;
  let service: TestService;
  let telemetry: Awaited<ReturnType<typeof startTelemetry>>;
  beforeAll(async () => {
    // a collector that takes OTLP over HTTP
    collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        raw += text;
        if (request.url === '/v1/traces')
          for (const { scopeSpans } of (JSON.parse(text) as Export).resourceSpans)
            for (const scope of scopeSpans) spans.push(...scope.spans);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await new Promise<void>((resolve) => void collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    telemetry = await startTelemetry('content', { otelExporterOtlpEndpoint: `http://127.0.0.1:${port}` });
    servers = await startTestServers();
    issuer = await startTestIssuer();
    service = await startTestService(toy, servers, { neighbours: { user: issuer.url } });
  });
  afterAll(async () => {
    await service?.close();
    await issuer?.stop();
    await servers?.stop();
    await new Promise<void>((resolve) => void collector?.close(() => resolve()));
  });

  it('follow a request through SQL, its event and the job that the event starts, and are really sent', async () => {
    const context = service.context as ToyContext;
    let done = false;
    context.bus.listen(poemWritten, 'count', async ({ title }) => {
      await context.queue.enqueue(context.postgres.sql, countJob, { title });
    });
    context.queue.work(countJob, 1, async () => {
      await context.postgres.sql.query('SELECT 42 AS answer');
      done = true;
      return { syllables: 1 };
    });
    context.bus.start();
    context.queue.start();
    const token = await issuer.tokenFor();
    await inSpan('a test', { kind: SpanKind.CLIENT }, async () => {
      const client = createClient(toyApi, {
        baseUrl: service.url,
        headers: () => ({ authorization: `Bearer ${token}`, ...currentTrace() }),
      });
      await client.writePoem({ body: { title: CANARY, lines: [] } });
    });
    await eventually(() => expect(done).toBe(true));
    await eventually(async () => expect((await context.queue.readMany([])).length).toBe(0));
    await telemetry.close();
    const root = spans.find(({ name }) => name === 'a test');
    const mine = spans.filter(({ traceId }) => traceId === root?.traceId);
    const named = (name: string | RegExp): Span | undefined =>
      mine.find((span) => (typeof name === 'string' ? span.name === name : name.test(span.name)));
    const server = named('POST /api/content/v1/poems');
    const event = named('content.poem.written count');
    const job = named('content.count-syllables');
    expect(server?.parentSpanId).toBe(root?.spanId);
    expect(event?.parentSpanId).toBe(server?.spanId);
    expect(job?.parentSpanId).toBe(event?.spanId);
    const statements = mine.flatMap(({ attributes, parentSpanId }) =>
      attributes.filter(({ key }) => key === 'db.query.text').map(({ value }) => [value.stringValue, parentSpanId]),
    );
    expect(statements).toContainEqual([expect.stringMatching(/^INSERT INTO outbox/), server?.spanId]);
    expect(statements).toContainEqual([expect.stringMatching(/^INSERT INTO job/), event?.spanId]);
    expect(statements).toContainEqual(['SELECT 42 AS answer', job?.spanId]);
    // neither what people write nor who they are goes into a trace
    expect(raw).not.toContain(CANARY);
    expect(raw).not.toContain(token);
  });

  it('cost nothing where they are not wanted', async () => {
    const nothing = await startTelemetry('content', { otelExporterOtlpEndpoint: undefined });
    await nothing.close();
  });
});
