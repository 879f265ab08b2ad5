export const Bin = () => (
  <main id="content">
    <h1>Bin</h1>
  </main>
);
