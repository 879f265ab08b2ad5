/**
 * Where an object is kept. By a name of its own and not by its hash: so an object can be written before its hash is known,
 * and a name that was removed never comes back, which makes every removal safe to repeat.
 */
export const objectKey = (id: string): string => `objects/${id.slice(-2)}/${id}`;
export const variantKey = (id: string): string => `variants/${id.slice(-2)}/${id}`;
