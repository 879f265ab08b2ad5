import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between a client and a server that can be cut, held and mended. */
export interface Wire {
  readonly url: string;
  /** Breaks all connections; new ones are made at once. */
  readonly cut: () => void;
  /** Breaks all connections and refuses new ones until `mend`. */
  readonly down: () => void;
  readonly mend: () => void;
  /** Lets nothing through, though connections stay open. */
  readonly hold: () => void;
  readonly release: () => void;
  /** From now on new connections go somewhere else; those that are open break, or stay where they are. */
  readonly leadTo: (target: string, open?: 'break' | 'stay') => void;
  readonly stop: () => Promise<void>;
}

export const startWire = async (target: string): Promise<Wire> => {
  let { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let isDown = false;
  const server = createServer((client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    down: () => {
      isDown = true;
      cut();
    },
    mend: () => {
      isDown = false;
    },
    hold: () => {
      for (const socket of open) socket.pause();
    },
    release: () => {
      for (const socket of open) socket.resume();
    },
    leadTo: (next, open = 'break') => {
      ({ hostname, port } = new URL(next));
      if (open === 'break') cut();
    },
    stop: async () => {
      cut();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
};
