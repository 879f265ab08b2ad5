import { contentApi } from './content/endpoints.ts';
import { editorApi } from './editor/endpoints.ts';
import { editorSocket } from './editor/socket.ts';
import { gatewayApi } from './gateway/endpoints.ts';
import { jobsApi } from './jobs/endpoints.ts';
import type { Api } from './kit/endpoint.ts';
import type { SocketContract } from './kit/socket.ts';
import type { ServiceName } from './services.ts';
import { storageApi } from './storage/endpoints.ts';
import { userApi } from './user/endpoints.ts';

/** The endpoints of every built service that has some: the gateway's limits and the generated tests come from here. */
export const apis = {
  gateway: gatewayApi,
  user: userApi,
  content: contentApi,
  editor: editorApi,
  storage: storageApi,
  jobs: jobsApi,
} as const satisfies Partial<Record<ServiceName, Api>>;

/** The sockets of every built service that has one; the generated tests try each of their messages. */
export const sockets = { editor: editorSocket } as const satisfies Partial<Record<ServiceName, SocketContract>>;
