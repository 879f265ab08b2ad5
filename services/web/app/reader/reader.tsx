export const Reader = () => (
  <main id="content">
    <h1>Reader</h1>
  </main>
);
