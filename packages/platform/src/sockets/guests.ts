import type { SocketMessages } from '@authorworks/contracts';
import type { Connection } from './connection.ts';
import type { FlowBuckets } from './flow.ts';

/** Who is connected, by account; and how many, by address, have not said yet who they are. */
export class Guests<Events extends object, Messages extends SocketMessages> {
  readonly byId = new Map<string, Connection<Events, Messages>>();
  readonly #byAccount = new Map<string, { readonly buckets: FlowBuckets; readonly ids: Set<string> }>();
  readonly #strangers = new Map<string, number>();

  strangersOf(address: string): number {
    return this.#strangers.get(address) ?? 0;
  }

  /** @returns how to say that it is a stranger no more; a second call does nothing. */
  addStranger(address: string): () => void {
    this.#strangers.set(address, this.strangersOf(address) + 1);
    let known = false;
    return () => {
      if (known) return;
      known = true;
      const left = this.strangersOf(address) - 1;
      if (left > 0) this.#strangers.set(address, left);
      else this.#strangers.delete(address);
    };
  }

  countOf(accountId: string): number {
    return this.#byAccount.get(accountId)?.ids.size ?? 0;
  }

  /** @returns the buckets that all connections of the account draw on; `open` makes them for the first. */
  add(connection: Connection<Events, Messages>, open: () => FlowBuckets): FlowBuckets {
    const { accountId } = connection.auth;
    const account = this.#byAccount.get(accountId) ?? { buckets: open(), ids: new Set() };
    this.#byAccount.set(accountId, account);
    account.ids.add(connection.id);
    this.byId.set(connection.id, connection);
    connection.onClose(() => {
      this.byId.delete(connection.id);
      account.ids.delete(connection.id);
      if (account.ids.size === 0) this.#byAccount.delete(accountId);
    });
    return account.buckets;
  }
}
