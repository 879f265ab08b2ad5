import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startTestGateway } from './house.ts';

describe('500 slow clients at the gateway', () => {
  it('are cut off, while everybody else is served', async () => {
    const house = await startTestGateway({ variables: { ADDRESS_RATE_PER_MINUTE: '100000' } });
    house.content.answer = (request, response) => {
      const push = (): void => {
        while (response.write(Buffer.alloc(65_536)));
        response.once('drain', push);
      };
      if (request.method === 'POST') request.resume().on('end', () => response.end('ok'));
      else if (request.url?.endsWith('/epub')) push();
      else response.end('ok');
    };
    const { hostname, port } = new URL(house.url);
    const open = async (first: string, drip: string | undefined, reads: boolean): Promise<number> =>
      await new Promise((resolve) => {
        const began = performance.now();
        const socket: Socket = connect(Number(port), hostname, () => socket.write(first));
        const timer = setInterval(() => socket.write(drip ?? (reads ? '' : '\r\n')), 1_000);
        if (reads) socket.resume();
        else socket.pause();
        socket.on('error', () => undefined);
        socket.once('close', () => {
          clearInterval(timer);
          resolve(performance.now() - began);
        });
      });
    const kinds: [string, string | undefined, boolean][] = [
      ['GET /api/content/v1/public/books HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n', true],
      ['', undefined, true],
      [
        'POST /api/user/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n',
        ' ',
        true,
      ],
      ['GET /api/content/v1/public/books/a/epub HTTP/1.1\r\nHost: x\r\n\r\n', undefined, false],
    ];
    const ended = Array.from({ length: 500 }, async (_, index) => {
      const [first, drip, reads] = kinds[index % kinds.length] ?? ['', undefined, true];
      return await open(first, drip, reads);
    });
    const honesty = { ended: false };
    const served: number[] = [];
    const honest = (async () => {
      while (!honesty.ended) {
        served.push((await fetch(`${house.url}/api/content/v1/public/books`)).status);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const livesMs = await Promise.all(ended);
    honesty.ended = true;
    await honest;
    const longest = kinds.map((_kind, kind) =>
      (Math.max(...livesMs.filter((_life, index) => index % kinds.length === kind)) / 1000).toFixed(1),
    );
    process.stdout.write(
      `500 slow clients at the gateway: ${served.length} honest requests served; slow ones cut after at most ${longest.join(', ')} s (head, nothing, body, reader)\n`,
    );
    expect(served.every((status) => status === 200)).toBe(true);
    await house.stop();
  }, 120_000);
});
