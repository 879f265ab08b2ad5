import type { UiWords } from './en.ts';

export const de: UiWords = {
  close: 'Schließen',
  undo: 'Rückgängig',
  cancel: 'Abbrechen',
  tryAgain: 'Noch einmal versuchen',
  notifications: 'Hinweise',
  loading: 'Wird geladen …',
  somethingWrong: 'Etwas ist schiefgegangen',
  unreachableTitle: 'Das Haus antwortet nicht',
  unreachable: 'Bitte prüfe die Verbindung. Nichts Geschriebenes geht verloren; die Seite kommt von selbst zurück.',
  offlineTitle: 'Du bist offline',
  offline: 'Diese Seite braucht eine Verbindung. Sobald es wieder eine gibt, wird sie geladen.',
  tooSlow: 'Das Haus hat zu lange für die Antwort gebraucht. Bitte versuche es noch einmal.',
  serverProblem: 'Bei uns ist etwas schiefgegangen. Bitte versuche es noch einmal.',
  tooManyRequests: 'Das ging etwas zu schnell. Bitte warte einen Augenblick und versuche es dann noch einmal.',
  requestId: (id) => `Wenn es so bleibt, nenne dem Betreiber: ${id}`,
};
