import type { JWTVerifyGetKey } from 'jose';
import type { RedisConnections } from '../redis.ts';
import type { Connection } from './connection.ts';
import type { FlowLimits } from './flow.ts';
import type { Revocations } from './revocations.ts';

export interface SocketLimits extends FlowLimits {
  readonly connectionsPerAccount: number;
  /** Connections of one address that have not said yet who they are. */
  readonly strangersPerAddress: number;
  /** Bytes that all clients together may leave unread; above it the slowest are cut. */
  readonly unsentBytes: number;
}

export const defaultLimits: SocketLimits = {
  packets: { perSecond: 2_000, burst: 10_000 },
  bytes: { perSecond: 8 * 1024 * 1024, burst: 32 * 1024 * 1024 },
  connectionsPerAccount: 100,
  strangersPerAddress: 500,
  unsentBytes: 64 * 1024 * 1024,
};

export interface SocketsOptions<Events extends object> {
  /** Public path of the server, e.g. /api/editor/socket. */
  readonly path: string;
  /** Namespace that clients connect to, e.g. /editor. The default namespace refuses everybody. */
  readonly namespace: string;
  /** Largest message, in bytes. A larger one ends the connection before it is held in memory. */
  readonly maxMessageBytes: number;
  /** Called for every client that has signed in, to register its messages. */
  readonly connected: (connection: Connection<Events>) => void;
  /** Keys of access tokens; those of the user service when absent. */
  readonly keys?: JWTVerifyGetKey;
  /** Ended sessions, whose connections are cut. Services with PostgreSQL have `openRevocations`. */
  readonly revocations?: Revocations;
  /** Makes rooms reach over replicas. Absent: rooms are this replica's own. */
  readonly redis?: RedisConnections;
  readonly limits?: Partial<SocketLimits>;
}
