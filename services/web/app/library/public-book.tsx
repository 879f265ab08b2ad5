export const PublicBook = () => (
  <main id="content">
    <h1>PublicBook</h1>
  </main>
);
