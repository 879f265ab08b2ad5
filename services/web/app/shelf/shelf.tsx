export const Shelf = () => (
  <main id="content">
    <h1>Shelf</h1>
  </main>
);
