import { createContext, use, useSyncExternalStore } from 'react';
import type { House } from './api.ts';
import type { SessionStatus } from './session.ts';

export const HouseContext = createContext<House | null>(null);

export const useHouse = (): House => {
  const house = use(HouseContext);
  if (!house) throw new Error('There is no house around this component.');
  return house;
};

export const useSessionStatus = (): SessionStatus => {
  const { session } = useHouse();
  return useSyncExternalStore(session.subscribe, () => session.status);
};
