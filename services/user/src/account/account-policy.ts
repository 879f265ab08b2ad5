/** The part of an account that says what it may do in the house. */
export interface Standing {
  readonly id: string;
  readonly roles: readonly string[];
  readonly suspended: boolean;
}

const canOperate = ({ roles, suspended }: Standing): boolean => roles.includes('operator') && !suspended;

/** Whether a change would leave the house without anybody who can operate it. */
export const wouldLoseLastOperator = (after: Standing, operators: readonly { readonly id: string }[]): boolean =>
  !canOperate(after) && operators.length > 0 && operators.every(({ id }) => id === after.id);
