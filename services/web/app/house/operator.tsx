export const Operator = () => (
  <main id="content">
    <h1>Operator</h1>
  </main>
);
