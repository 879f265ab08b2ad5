/** Of all charts, and of the house in them. */
export const VERSION = '0.1.0';
