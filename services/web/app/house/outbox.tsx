export const Outbox = () => (
  <main id="content">
    <h1>Outbox</h1>
  </main>
);
