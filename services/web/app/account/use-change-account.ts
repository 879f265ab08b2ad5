import type { Account } from '@authorworks/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { House } from '../api/api.ts';
import { useHouse } from '../api/house-context.ts';

type AccountChange = Parameters<House['user']['updateAccount']>[0]['body'];

/** Changes name, bio or preferences. */
export const useChangeAccount = () => {
  const { user } = useHouse();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: AccountChange): Promise<Account> => await user.updateAccount({ body }),
    onSuccess: (account) => void queries.setQueryData(['account'], account),
  });
};
