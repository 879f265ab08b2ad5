import { counter, gauge } from '../metrics.ts';
import type { Base } from '../service.ts';

export const socketMetrics = (base: Base) => ({
  messages: counter(base.metrics, 'socket_messages_total', 'Messages of clients', ['message', 'result']),
  cut: counter(base.metrics, 'socket_cut_total', 'Connections that the server ended', ['reason']),
  floods: counter(base.metrics, 'socket_floods_total', 'Times that a client was slowed down or cut', ['what']),
  refused: counter(base.metrics, 'socket_refused_total', 'Connections that were refused', ['reason']),
});
export type SocketMetrics = ReturnType<typeof socketMetrics>;

export const countConnections = (base: Base, read: () => number): void => {
  gauge(base.metrics, 'socket_connections', 'Open socket connections', { read });
};
