import type { JWTVerifyGetKey } from 'jose';
import type { HouseServerEvents, SocketContract, SocketMessages } from '@authorworks/contracts';
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
  packets: { perSecond: 500, burst: 1_500 },
  bytes: { perSecond: 4 * 1024 * 1024, burst: 16 * 1024 * 1024 },
  connectionsPerAccount: 100,
  strangersPerAddress: 500,
  unsentBytes: 64 * 1024 * 1024,
};

export interface SocketsOptions<
  Events extends object = HouseServerEvents,
  Messages extends SocketMessages = SocketMessages,
> {
  /** Path, namespace and the messages that are taken. The default namespace refuses everybody. */
  readonly contract: SocketContract<Messages>;
  /** Largest message, in bytes. A larger one ends the connection before it is held in memory. */
  readonly maxMessageBytes: number;
  /** Called for every client that has signed in, to register its messages. */
  readonly connected: (connection: Connection<Events, Messages>) => void;
  /** Keys of access tokens; those of the user service when absent. */
  readonly keys?: JWTVerifyGetKey;
  /** Ended sessions, whose connections are cut. Services with PostgreSQL have `openRevocations`. */
  readonly revocations?: Revocations;
  /** Makes rooms reach over replicas. Absent: rooms are this replica's own. */
  readonly redis?: RedisConnections;
  readonly limits?: Partial<SocketLimits>;
}
