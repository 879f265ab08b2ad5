import { defineService } from '@authorworks/platform';
import { config } from './config.ts';
import { createContext, type GatewayContext } from './context.ts';
import { frontDoor } from './proxy/front-door.ts';
import { takeUpgrades } from './proxy/upgrades.ts';
import { routes } from './routes.ts';

/** One door: routes, tokens, limits, health and the API document of the whole house. */
export const gateway = defineService({
  name: 'gateway',
  version: '0.1.0',
  config,
  context: createContext,
  routes: [routes],
  front: frontDoor,
  attach: (context: GatewayContext, server) => takeUpgrades(context, server),
});
