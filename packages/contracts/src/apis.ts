import { contentApi } from './content/endpoints.ts';
import { editorApi } from './editor/endpoints.ts';
import { gatewayApi } from './gateway/endpoints.ts';
import type { Api } from './kit/endpoint.ts';
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
} as const satisfies Partial<Record<ServiceName, Api>>;
