import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BookRole, contentApi } from '@authorworks/contracts';
import type { z } from 'zod';

/** What content knows of books, without content: answers its `readAccess` by the contract. */
export interface ContentStandIn {
  readonly url: string;
  readonly setRole: (bookId: string, accountId: string, role: BookRole | null) => void;
  /** How often it was asked. */
  readonly asked: () => number;
  /** From now on it answers as a service that is breaking down. */
  readonly setBroken: (broken: boolean) => void;
  readonly stop: () => Promise<void>;
}

type Answer = z.input<typeof contentApi.readAccess.response>;

export const startContentStandIn = async (): Promise<ContentStandIn> => {
  const roles = new Map<string, BookRole>();
  let asked = 0;
  let broken = false;
  const answer = (target: URL): Answer => {
    const query = contentApi.readAccess.query.parse(Object.fromEntries(target.searchParams));
    const role = roles.get(`${query.bookId} ${query.accountId}`) ?? null;
    return { bookId: role === null ? null : (query.bookId ?? null), role };
  };
  const server = createServer((request, response) => {
    const target = new URL(request.url ?? '/', 'http://content');
    response.setHeader('content-type', 'application/json');
    const known =
      target.pathname === contentApi.readAccess.path && request.headers.authorization?.startsWith('Bearer ');
    asked += 1;
    if (broken || !known) {
      response.statusCode = broken ? 503 : 404;
      response.end(JSON.stringify({ error: { code: 'SERVICE_UNAVAILABLE', message: 'no', requestId: 'x' } }));
      return;
    }
    response.end(JSON.stringify({ data: answer(target) }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setRole: (bookId, accountId, role) => {
      if (role === null) roles.delete(`${bookId} ${accountId}`);
      else roles.set(`${bookId} ${accountId}`, role);
    },
    asked: () => asked,
    setBroken: (value) => {
      broken = value;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
};
