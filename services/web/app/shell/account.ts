import { queryOptions, useQuery } from '@tanstack/react-query';
import type { House } from '../api/api.ts';
import { useHouse, useSessionStatus } from '../api/house-context.ts';

export const accountQuery = (house: House) =>
  queryOptions({ queryKey: ['account'], queryFn: async () => await house.user.readAccount(), staleTime: 60_000 });

/** The account that is signed in; undefined while it loads and for visitors. */
export const useAccount = () => {
  const house = useHouse();
  const status = useSessionStatus();
  return useQuery({ ...accountQuery(house), enabled: status === 'signed-in' }).data;
};
