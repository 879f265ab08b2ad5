import type { UiWords } from './en.ts';

export const es: UiWords = {
  close: 'Cerrar',
  undo: 'Deshacer',
  cancel: 'Cancelar',
  tryAgain: 'Intentar de nuevo',
  notifications: 'Avisos',
  loading: 'Cargando…',
  somethingWrong: 'Algo ha salido mal',
  unreachableTitle: 'La casa no responde',
  unreachable: 'Comprueba la conexión. No se ha perdido nada de lo escrito; la página volverá por sí sola.',
  offlineTitle: 'Estás sin conexión',
  offline: 'Esta página necesita conexión. Se cargará en cuanto la haya.',
  tooSlow: 'La casa ha tardado demasiado en responder. Inténtalo de nuevo.',
  serverProblem: 'Algo ha salido mal por nuestra parte. Inténtalo de nuevo.',
  tooManyRequests: 'Eso ha ido demasiado rápido. Espera un momento e inténtalo de nuevo.',
  requestId: (id) => `Si continúa así, indica al operador: ${id}`,
};
