export const Library = () => (
  <main id="content">
    <h1>Library</h1>
  </main>
);
