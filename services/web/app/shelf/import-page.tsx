export const ImportPage = () => (
  <main id="content">
    <h1>ImportPage</h1>
  </main>
);
